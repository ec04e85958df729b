using System.Net;
using Mesh.Sidecar.Http;
using Mesh.Sidecar.Routing;

namespace Mesh.Sidecar.RateLimits;

/// <summary>Adds one attribute of a request to the key of its bucket. Allocates nothing.</summary>
internal delegate void KeyReader(ProxyRequest request, ref KeyHasher hasher);

/// <summary>The attributes that requests are told apart by.</summary>
internal static class KeyReaders
{
    public static void Principal(ProxyRequest request, ref KeyHasher hasher) => Add(request.Connection.PeerPrincipal, ref hasher);

    public static void Namespace(ProxyRequest request, ref KeyHasher hasher) => Add(Part(request.Connection.PeerPrincipal, "/ns/"), ref hasher);

    /// <summary>With its namespace: a name alone would be another's elsewhere.</summary>
    public static void ServiceAccount(ProxyRequest request, ref KeyHasher hasher)
    {
        Add(Part(request.Connection.PeerPrincipal, "/ns/"), ref hasher);
        Add(Part(request.Connection.PeerPrincipal, "/sa/"), ref hasher);
    }

    public static void SourceAddress(ProxyRequest request, ref KeyHasher hasher) => Add((request.Connection.RemoteEndPoint as IPEndPoint)?.Address, ref hasher);

    /// <summary>At an edge the peer's; else the last that X-Forwarded-For names, as it stands there.</summary>
    public static void RemoteAddress(ProxyRequest request, ref KeyHasher hasher)
    {
        var forwarded = request.Http.Request.Headers["X-Forwarded-For"];
        if (request.Chain.IsEdge || forwarded.Count == 0)
        {
            SourceAddress(request, ref hasher);
            return;
        }
        var last = (forwarded[^1] ?? "").AsSpan();
        Add(last[(last.LastIndexOf(',') + 1)..].Trim(), ref hasher);
    }

    public static void RequestPrincipal(ProxyRequest request, ref KeyHasher hasher) => Add(request.Token?.Principal, ref hasher);

    /// <summary>Without regard to case, which does not count in a host.</summary>
    public static void Host(ProxyRequest request, ref KeyHasher hasher)
    {
        var host = request.Http.Request.Headers.Host;
        var text = (host.Count > 0 ? host[0] ?? "" : "").AsSpan();
        Span<char> lower = stackalloc char[Math.Min(text.Length, 256)];
        text[..lower.Length].ToLowerInvariant(lower);
        hasher.Add(lower);
    }

    public static void Method(ProxyRequest request, ref KeyHasher hasher) => hasher.Add(request.Http.Request.Method.AsSpan());

    public static void Path(ProxyRequest request, ref KeyHasher hasher) => hasher.Add(request.Target.AsSpan(0, RequestPath.PathLength(request.Target)));

    public static void RouteName(ProxyRequest request, ref KeyHasher hasher) => Add(request.Route?.Name, ref hasher);

    public static KeyReader Header(string name) => (ProxyRequest request, ref KeyHasher hasher) =>
    {
        var headers = request.Http.Request.Headers;
        if (!headers.TryGetValue(name, out var values))
        {
            hasher.AddMissing();
            return;
        }
        foreach (var value in values) Add(value, ref hasher);
    };

    public static KeyReader Cookie(string name) => (ProxyRequest request, ref KeyHasher hasher) =>
    {
        if (Cookies.TryFind(request.Http.Request.Headers.Cookie, name, out var value)) hasher.Add(value);
        else hasher.AddMissing();
    };

    /// <summary>A claim that is a text, number or boolean; any other counts as missing.</summary>
    public static KeyReader Claim(string[] path) => (ProxyRequest request, ref KeyHasher hasher) => Add(request.Token?.Payload.Find(path)?.Text, ref hasher);

    private static void Add(string? value, ref KeyHasher hasher)
    {
        if (value is null) hasher.AddMissing();
        else hasher.Add(value.AsSpan());
    }

    private static void Add(ReadOnlySpan<char> value, ref KeyHasher hasher)
    {
        if (value.IsEmpty) hasher.AddMissing();
        else hasher.Add(value);
    }

    private static void Add(IPAddress? address, ref KeyHasher hasher)
    {
        Span<byte> bytes = stackalloc byte[16];
        if (address is not null && address.TryWriteBytes(bytes, out var length)) hasher.Add(bytes[..length]);
        else hasher.AddMissing();
    }

    // spiffe://DOMAIN/ns/NAMESPACE/sa/ACCOUNT
    private static ReadOnlySpan<char> Part(string? principal, string mark)
    {
        var start = principal?.IndexOf(mark, StringComparison.Ordinal) ?? -1;
        if (start < 0) return [];
        var rest = principal.AsSpan(start + mark.Length);
        var end = rest.IndexOf('/');
        return end < 0 ? rest : rest[..end];
    }
}
