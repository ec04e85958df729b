using System.Collections.Immutable;
using Envoy.Config.Rbac.V3;
using Envoy.Config.Route.V3;
using Mesh.Core.Resources.Security;

namespace Mesh.Translation.Authorization;

/// <summary>
/// Rules of from, to and when as Envoy's RBAC policies, arranged as Istio does: any of the permissions and any of the principals, and the
/// conditions in each of them.
/// </summary>
internal static class RbacPolicies
{
    /// <summary>Null when it matches every request.</summary>
    public static Policy? Translate(
        SourceMatchers sources, ImmutableArray<AuthorizationFrom> from, ImmutableArray<AuthorizationTo> to, ImmutableArray<AuthorizationCondition> when)
    {
        if (from.IsEmpty && to.IsEmpty && when.IsEmpty) return null;
        var principals = new List<Principal>();
        var permissions = new List<Permission>();
        foreach (var condition in when) Add(condition, sources, principals, permissions);
        var result = new Policy();
        foreach (var source in from.Select(f => f.Source).OfType<AuthorizationSource>())
            result.Principals.Add(SourceMatchers.All([sources.Translate(source), .. principals]));
        foreach (var operation in to.Select(t => t.Operation).OfType<AuthorizationOperation>())
            result.Permissions.Add(OperationMatchers.All([OperationMatchers.Translate(operation), .. permissions]));
        if (result.Principals.Count == 0) result.Principals.Add(SourceMatchers.All(principals));
        if (result.Permissions.Count == 0) result.Permissions.Add(OperationMatchers.All(permissions));
        return result;
    }

    private static void Add(AuthorizationCondition condition, SourceMatchers sources, List<Principal> principals, List<Permission> permissions)
    {
        var bracket = condition.Key.IndexOf('[', StringComparison.Ordinal);
        var name = bracket < 0 ? condition.Key : condition.Key[..bracket];
        var path = bracket < 0 ? [] : condition.Key[(bracket + 1)..^1].Split("][");
        if (name == "destination.port") OperationMatchers.Add(permissions, condition.Values, condition.NotValues, OperationMatchers.Port);
        else if (name == "destination.ip") OperationMatchers.Add(permissions, condition.Values, condition.NotValues, OperationMatchers.Address);
        else SourceMatchers.Add(principals, condition.Values, condition.NotValues, Reader(name, path, sources));
    }

    // The rest of the attributes that validation admits are refused for each kind that has conditions.
    private static Func<string, Principal> Reader(string name, string[] path, SourceMatchers sources) => name switch
    {
        "source.principal" => sources.Identity,
        "source.namespace" => SourceMatchers.InNamespace,
        "source.serviceAccount" => sources.ServiceAccount,
        "source.ip" => SourceMatchers.Address,
        "remote.ip" => SourceMatchers.RemoteAddress,
        "request.auth.principal" => SourceMatchers.RequestPrincipal,
        "request.auth.audiences" => word => Claim(["aud"], word),
        "request.auth.presenter" => word => Claim(["azp"], word),
        "request.auth.claims" => word => Claim(path, word),
        "request.headers" => word => new Principal { Header = Header(path[0], word) },
        _ => throw new NotSupportedException($"no proxy knows {name} of a request"),
    };

    private static Principal Claim(string[] path, string word) => new() { Metadata = ClaimMatchers.Claim(path, WordMatchers.Of(word)) };

    private static HeaderMatcher Header(string name, string word) => word == "*"
        ? new HeaderMatcher { Name = name.ToLowerInvariant(), PresentMatch = true }
        : new HeaderMatcher { Name = name.ToLowerInvariant(), StringMatch = WordMatchers.Of(word) };
}
