using Mesh.Core.Resources;
using Mesh.Core.Resources.Networking;

namespace Mesh.Analysis.Analyzers;

/// <summary>A host of a Gateway's server and the namespace whose VirtualServices may serve it; <c>*</c>: any.</summary>
internal readonly record struct GatewayHost(string Namespace, string Host)
{
    public bool IsFor(string @namespace) => Namespace == "*" || Namespace == @namespace;
}

/// <summary>Reads the hosts of Gateways.</summary>
internal static class GatewayHosts
{
    public static IEnumerable<GatewayHost> Of(MeshObject gateway) =>
        gateway.SpecAs<Gateway>().Servers.SelectMany(s => s.Hosts).Select(h => Parse(h, gateway.Key.Namespace));

    public static GatewayHost Parse(string text, string own)
    {
        var slash = text.IndexOf('/');
        if (slash < 0) return new GatewayHost("*", text.ToLowerInvariant());
        var scope = text[..slash];
        return new GatewayHost(scope == "." ? own : scope, text[(slash + 1)..].ToLowerInvariant());
    }
}
