using System.Collections.Immutable;
using Mesh.Core.Fields;

namespace Mesh.Core.Resources.Security;

/// <summary>
/// Which requests workloads and gateways accept (security.istio.io AuthorizationPolicy). Of all policies for a workload CUSTOM is asked
/// first, then DENY, then ALLOW; once there is an ALLOW policy, what no such policy matches is refused.
/// </summary>
[NotEnforced(Stance.Refuse, "Nothing would enforce it. Do not rely on the mesh to deny requests until it does.")]
public sealed record AuthorizationPolicy
{
    /// <summary>The workloads it is for; null: all of the namespace, or of the mesh when it stands in the root namespace.</summary>
    public WorkloadSelector? Selector { get; init; }

    /// <summary>One object it is for, instead of a selector. Since Istio 1.21; write targetRefs.</summary>
    public PolicyTargetReference? TargetRef { get; init; }

    /// <summary>The objects it is for, instead of a selector; at most 16. Since Istio 1.22.</summary>
    public ImmutableArray<PolicyTargetReference> TargetRefs { get; init; } = [];

    /// <summary>
    /// The requests it is about: those that match at least one rule. An empty rule matches all. Without any rule nothing matches, and an
    /// ALLOW policy so refuses everything.
    /// </summary>
    public ImmutableArray<AuthorizationRule> Rules { get; init; } = [];

    /// <summary>What happens to requests that match.</summary>
    public AuthorizationAction Action { get; init; }

    /// <summary>Who decides, for CUSTOM.</summary>
    public AuthorizationProvider? Provider { get; init; }
}

/// <summary>What happens to matching requests (Istio's AuthorizationPolicy.Action).</summary>
public enum AuthorizationAction
{
    /// <summary>They are accepted, and others are not, unless another ALLOW policy matches them.</summary>
    Allow,

    /// <summary>They are refused, whatever else allows them.</summary>
    Deny,

    /// <summary>They are accepted or refused as if the policy was not there, and marked for auditing.</summary>
    Audit,

    /// <summary>An external authorizer decides.</summary>
    Custom,
}

/// <summary>An external authorizer.</summary>
public sealed record AuthorizationProvider
{
    /// <summary>The name of an extension provider of the mesh's settings.</summary>
    public string Name { get; init; } = "";
}

/// <summary>Requests: any of the sources, any of the operations, and all of the conditions; what is left out is not asked.</summary>
public sealed record AuthorizationRule
{
    /// <summary>Who asks; empty: anybody.</summary>
    public ImmutableArray<AuthorizationFrom> From { get; init; } = [];

    /// <summary>What is asked for; empty: anything.</summary>
    public ImmutableArray<AuthorizationTo> To { get; init; } = [];

    /// <summary>Further conditions, all of which must hold.</summary>
    public ImmutableArray<AuthorizationCondition> When { get; init; } = [];
}

/// <summary>One element of <c>from</c>.</summary>
public sealed record AuthorizationFrom
{
    /// <summary>The caller.</summary>
    [Required]
    public AuthorizationSource? Source { get; init; }
}

/// <summary>One element of <c>to</c>.</summary>
public sealed record AuthorizationTo
{
    /// <summary>The operation.</summary>
    [Required]
    public AuthorizationOperation? Operation { get; init; }
}

/// <summary>A condition on one attribute of a request.</summary>
public sealed record AuthorizationCondition
{
    /// <summary>The attribute: <c>request.headers[x-tenant]</c>, <c>source.ip</c>, <c>request.auth.claims[group]</c> and others.</summary>
    [Required]
    public string Key { get; init; } = "";

    /// <summary>Values one of which the attribute must have; <c>abc*</c> and <c>*abc</c> match by prefix and suffix.</summary>
    public ImmutableArray<string> Values { get; init; } = [];

    /// <summary>Values none of which the attribute may have.</summary>
    public ImmutableArray<string> NotValues { get; init; } = [];
}
