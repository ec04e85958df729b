using Envoy.Config.Core.V3;
using Envoy.Config.Route.V3;
using Google.Protobuf.Collections;
using Mesh.Core.Resources.Networking;
using Action = Envoy.Config.Core.V3.HeaderValueOption.Types.HeaderAppendAction;

namespace Mesh.Translation.Routing;

/// <summary>Header operations of a rule or of one of its targets.</summary>
internal static class HeaderMutations
{
    /// <summary>The host that <c>set</c> asks for, or else <c>add</c>: Envoy rewrites the host by a field of its own.</summary>
    public static string? Host(Headers? headers) => headers?.Request is { } request ? Host(request.Set) ?? Host(request.Add) : null;

    private static string? Host(IEnumerable<KeyValuePair<string, string>> headers)
    {
        foreach (var (name, value) in headers)
            if (IsHost(name)) return value;
        return null;
    }

    public static void Apply(Route route, Headers? headers)
    {
        Apply(headers?.Request, route.RequestHeadersToAdd, route.RequestHeadersToRemove);
        Apply(headers?.Response, route.ResponseHeadersToAdd, route.ResponseHeadersToRemove);
    }

    public static void Apply(WeightedCluster.Types.ClusterWeight target, Headers? headers)
    {
        Apply(headers?.Request, target.RequestHeadersToAdd, target.RequestHeadersToRemove);
        Apply(headers?.Response, target.ResponseHeadersToAdd, target.ResponseHeadersToRemove);
    }

    private static void Apply(HeaderOperations? operations, RepeatedField<HeaderValueOption> add, RepeatedField<string> remove)
    {
        if (operations is null) return;
        foreach (var (name, value) in operations.Set)
            if (!IsHost(name)) add.Add(Option(name, value, Action.OverwriteIfExistsOrAdd));
        foreach (var (name, value) in operations.Add)
            if (!IsHost(name)) add.Add(Option(name, value, Action.AppendIfExistsOrAdd));
        if (!operations.Remove.IsDefault) remove.AddRange(operations.Remove);
    }

    private static HeaderValueOption Option(string name, string value, Action action) =>
        new() { Header = new HeaderValue { Key = name, Value = value }, AppendAction = action };

    private static bool IsHost(string name) =>
        name.Equals("host", StringComparison.OrdinalIgnoreCase) || name.Equals(":authority", StringComparison.OrdinalIgnoreCase);
}
