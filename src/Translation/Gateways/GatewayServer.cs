using System.Collections.Immutable;
using Mesh.Core.Resources;
using Mesh.Core.Resources.Networking;

namespace Mesh.Translation.Gateways;

/// <summary>One server of a Gateway object that selects the proxy.</summary>
/// <param name="Source">The Gateway object.</param>
/// <param name="Index">Its place in <c>spec.servers</c>.</param>
/// <param name="Server">The server.</param>
internal sealed record GatewayServer(MeshObject Source, int Index, Server Server)
{
    /// <summary>As VirtualServices name it.</summary>
    public string Gateway => $"{Source.Key.Namespace}/{Source.Key.Name}";

    /// <summary>TLS that is passed on unopened.</summary>
    public bool IsTls => Server.Tls is { Mode: ServerTlsMode.Passthrough } && Spoken is "TLS" or "HTTPS";

    /// <summary>Connections are passed on without being looked into as HTTP.</summary>
    public bool IsStream => Spoken is "TCP" or "TLS" or "HTTPS" or "MONGO" or "MYSQL" or "REDIS";

    private string Spoken => Server.Port!.Protocol.ToUpperInvariant();

    public string Path => $"spec.servers[{Index}]";

    /// <summary>Its hosts with the namespace whose VirtualServices may serve them; <c>*</c>: any.</summary>
    public ImmutableArray<(string Namespace, string Host)> Hosts { get; } = [.. Server.Hosts.Select(h => Parse(h, Source.Key.Namespace))];

    private static (string Namespace, string Host) Parse(string text, string own)
    {
        var slash = text.IndexOf('/');
        if (slash < 0) return ("*", text.ToLowerInvariant());
        var scope = text[..slash];
        return (scope == "." ? own : scope, text[(slash + 1)..].ToLowerInvariant());
    }
}
