using System.Diagnostics.CodeAnalysis;
using Envoy.Config.Core.V3;
using Mesh.Core.Identity;
using Mesh.Translation;

namespace Mesh.NodeAgent.Discovery;

/// <summary>Who a proxy says it is, from its xDS node: Istio's <c>ROLE~ADDRESS~NAME.NAMESPACE~DOMAIN</c>.</summary>
internal sealed record ProxyNode(WorkloadId Id, ProxyDialect Dialect, string Version)
{
    public static bool TryParse(Node? node, [NotNullWhen(true)] out ProxyNode? parsed)
    {
        parsed = null;
        var parts = node?.Id.Split('~');
        if (parts is not { Length: 4 }) return false;
        // Names may hold dots, namespaces may not.
        var dot = parts[2].LastIndexOf('.');
        if (dot <= 0 || !WorkloadId.TryParse($"{parts[2][(dot + 1)..]}/{parts[2][..dot]}", out var id)) return false;
        parsed = new ProxyNode(id, DialectOf(node!), node!.UserAgentVersion);
        return true;
    }

    private static ProxyDialect DialectOf(Node node)
    {
        var generator = node.Metadata?.Fields.GetValueOrDefault("GENERATOR")?.StringValue;
        if (string.Equals(generator, "grpc", StringComparison.OrdinalIgnoreCase)) return ProxyDialect.Grpc;
        return node.UserAgentName == "envoy" ? ProxyDialect.Envoy : ProxyDialect.Mesh;
    }
}

file static class FieldMap
{
    public static Google.Protobuf.WellKnownTypes.Value? GetValueOrDefault(
        this Google.Protobuf.Collections.MapField<string, Google.Protobuf.WellKnownTypes.Value> fields, string name) =>
        fields.TryGetValue(name, out var value) ? value : null;
}
