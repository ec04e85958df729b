using System.Collections.Immutable;

namespace Mesh.Core.Resources.Security;

/// <summary>
/// Which tokens (JWT) workloads and gateways verify (security.istio.io RequestAuthentication). A request with a bad token is refused; one
/// without a token passes, unless an AuthorizationPolicy asks for one.
/// </summary>
public sealed record RequestAuthentication
{
    /// <summary>The workloads it is for; null: all of the namespace, or of the mesh when it stands in the root namespace.</summary>
    public WorkloadSelector? Selector { get; init; }

    /// <summary>One object it is for, instead of a selector. Since Istio 1.21; write targetRefs.</summary>
    public PolicyTargetReference? TargetRef { get; init; }

    /// <summary>The objects it is for, instead of a selector; at most 16. Since Istio 1.22.</summary>
    public ImmutableArray<PolicyTargetReference> TargetRefs { get; init; } = [];

    /// <summary>The issuers whose tokens are verified; a token of any other issuer is refused.</summary>
    public ImmutableArray<JwtRule> JwtRules { get; init; } = [];
}
