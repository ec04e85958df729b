using System.Collections.Immutable;
using System.Net;
using Mesh.Sidecar.Http;
using Mesh.Sidecar.Security;
using Mesh.Sidecar.Tcp;

namespace Mesh.Sidecar.Listeners;

/// <summary>A listener in force: where it is bound and its filter chains, in order. Immutable.</summary>
internal sealed record ListenerModel(string Name, IPEndPoint Address, bool IsInbound, IReadOnlyList<FilterChainModel> Chains)
{
    /// <summary>Whether the first bytes of a connection must be seen before its chain is known or served.</summary>
    public bool NeedsBytes { get; } = Chains.Any(c => c.Match.Transport != ChainTransport.Any || !c.Match.ServerNames.IsEmpty || c.Tls is not null || c.Http is not null);

    /// <summary>Whether something in a TLS client's greeting decides: the server name it asks for, the kinds of keys it knows.</summary>
    public bool NeedsGreeting { get; } = Chains.Any(c => !c.Match.ServerNames.IsEmpty || c.Tls?.Server is { Certificates.Count: > 1 });
}

internal enum ChainTransport
{
    Any,
    Tls,
    RawBuffer,
}

/// <summary>What of a connection selects a chain.</summary>
internal sealed record ChainMatch(ChainTransport Transport)
{
    public static readonly ChainMatch Everything = new(ChainTransport.Any);

    /// <summary>In lower case, exact or <c>*.suffix</c>; empty: any, and none.</summary>
    public ImmutableArray<string> ServerNames { get; init; } = [];

    /// <summary>The address that the connection is for; empty: any.</summary>
    public ImmutableArray<IPNetwork> Ranges { get; init; } = [];
}

/// <summary>
/// One filter chain: what it matches, how it ends TLS, and either HTTP or TCP behind. Immutable but for the set of its live connections;
/// a chain that a new configuration leaves unchanged keeps its object, so that its connections live on.
/// </summary>
internal sealed class FilterChainModel(
    string name, ListenerIdentity listener, ChainMatch match, DownstreamTlsModel? tls, HttpChainModel? http, TcpChainModel? tcp, UInt128 source)
{
    public string Name { get; } = name;
    public ListenerIdentity Listener { get; } = listener;
    public ChainMatch Match { get; } = match;
    public DownstreamTlsModel? Tls { get; } = tls;
    public HttpChainModel? Http { get; } = http;
    public TcpChainModel? Tcp { get; } = tcp;
    /// <summary>Stands for the bytes it was made of.</summary>
    public UInt128 Source { get; } = source;
    public ConnectionSet Connections { get; } = new();
}

internal sealed record ListenerIdentity(string Name, bool IsInbound);
