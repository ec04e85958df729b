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
    public bool PassesTls => SpeaksTls && !EndsTls;

    /// <summary>TLS that ends here.</summary>
    public bool EndsTls => SpeaksTls && Server.Tls is { Mode: not (ServerTlsMode.Passthrough or ServerTlsMode.AutoPassthrough) };

    /// <summary>Connections begin with TLS.</summary>
    public bool SpeaksTls => Spoken is "TLS" or "HTTPS";

    /// <summary>Requests are routed, behind TLS or without.</summary>
    public bool IsHttp => Spoken is "HTTP" or "HTTP2" or "GRPC" || (Spoken == "HTTPS" && EndsTls);

    /// <summary>Connections are passed on without being looked into as HTTP.</summary>
    public bool IsStream => Spoken is "TCP" or "MONGO" or "MYSQL" or "REDIS" || (SpeaksTls && !IsHttp);

    /// <summary>Requests are answered with a redirect to https.</summary>
    public bool Redirects => Server.Tls is { HttpsRedirect: true } && IsHttp && !SpeaksTls;

    /// <summary>What servers that share a port share: those of TLS are told apart by server name, those of HTTP by Host.</summary>
    public string Kind => SpeaksTls ? "TLS" : IsHttp ? "HTTP" : "TCP";

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
