using System.Collections.Immutable;

namespace Mesh.Core.Resources.Networking;

/// <summary>How requests to one or more hosts are routed (networking.istio.io VirtualService).</summary>
public sealed record VirtualService
{
    /// <summary>
    /// Host names, wildcards (<c>*.example.com</c>) or short service names, which are relative to the object's namespace. An object without
    /// hosts holds rules for others to delegate to.
    /// </summary>
    public ImmutableArray<string> Hosts { get; init; } = [];

    /// <summary>Gateways (<c>namespace/name</c> or <c>name</c>) and the word <c>mesh</c>, all sidecars; empty means <c>mesh</c>.</summary>
    public ImmutableArray<string> Gateways { get; init; } = [];

    /// <summary>Rules for HTTP/1.1, HTTP/2 and gRPC traffic; the first that matches wins.</summary>
    public ImmutableArray<HttpRoute> Http { get; init; } = [];

    /// <summary>Rules for TLS connections that are not terminated, by server name; the first that matches wins.</summary>
    public ImmutableArray<TlsRoute> Tls { get; init; } = [];

    /// <summary>Rules for other connections; the first that matches wins.</summary>
    public ImmutableArray<TcpRoute> Tcp { get; init; } = [];

    /// <summary>Namespaces that see the object: <c>*</c> (also when empty) all, <c>.</c> its own, or their names.</summary>
    public ImmutableArray<string> ExportTo { get; init; } = [];
}
