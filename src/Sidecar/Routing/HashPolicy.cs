using System.Globalization;
using System.Net;
using System.Numerics;
using Mesh.Sidecar.Balancing;

namespace Mesh.Sidecar.Routing;

internal enum HashSource
{
    Header,
    Cookie,
    SourceAddress,
    QueryParameter,
}

/// <summary>A cookie that the proxy makes where it is missing: <see cref="MaxAge"/> null leaves it alone, zero makes one for the session.</summary>
internal sealed record HashCookieModel(string Name, TimeSpan? MaxAge, string Path, string Attributes)
{
    public string Write(string value)
    {
        var age = MaxAge is { Ticks: > 0 } time ? $"; Max-Age={(long)time.TotalSeconds}" : "";
        var path = Path.Length > 0 ? $"; Path={Path}" : "";
        return $"{Name}=\"{value}\"{age}{path}{Attributes}; HttpOnly";
    }
}

/// <summary>One way to a request's hash (Envoy's hash_policy). Immutable.</summary>
internal sealed record HashPolicy(HashSource Source, string Name, HashCookieModel? Cookie, bool IsTerminal);

/// <summary>The hash of a request by its route's policies: each that finds something adds to it, and a terminal one then ends the search.</summary>
internal static class RequestHash
{
    /// <summary>Null when no policy finds anything; <paramref name="setCookie"/> is a cookie made for the request, to go with its response.</summary>
    public static ulong? Of(HashPolicy[] policies, HttpRequest request, ReadOnlySpan<char> query, EndPoint? peer, out string? setCookie)
    {
        setCookie = null;
        ulong? hash = null;
        foreach (var policy in policies)
        {
            if (One(policy, request, query, peer, ref setCookie) is { } own) hash = hash is { } before ? BitOperations.RotateLeft(before, 1) ^ own : own;
            if (hash is not null && policy.IsTerminal) break;
        }
        return hash;
    }

    private static ulong? One(HashPolicy policy, HttpRequest request, ReadOnlySpan<char> query, EndPoint? peer, ref string? setCookie)
    {
        switch (policy.Source)
        {
            case HashSource.Header:
                if (policy.Name is ":authority" or "host") return XxHash.Of(request.Headers.Host.ToString());
                return request.Headers.TryGetValue(policy.Name, out var values) && values.Count > 0 ? XxHash.Of(values.ToString()) : null;
            case HashSource.SourceAddress:
                return peer is IPEndPoint ip ? XxHash.Of(ip.Address.ToString()) : null;
            case HashSource.QueryParameter:
                return QueryText.TryFind(query, policy.Name, out var value) ? XxHash.Of(value) : null;
            default:
                // Clients send the quotes back as they got them.
                if (request.Cookies.TryGetValue(policy.Name, out var cookie) && cookie.AsSpan().Trim('"') is { Length: > 0 } known) return XxHash.Of(known);
                if (policy.Cookie is not { MaxAge: not null } made || setCookie is not null) return null;
                var text = Random.Shared.NextInt64().ToString("x16", CultureInfo.InvariantCulture);
                setCookie = made.Write(text);
                return XxHash.Of(text);
        }
    }
}

/// <summary>Reads a query string without taking it apart.</summary>
internal static class QueryText
{
    /// <summary>The first parameter of this name, as it was written.</summary>
    public static bool TryFind(ReadOnlySpan<char> query, string name, out ReadOnlySpan<char> value)
    {
        foreach (var range in query.Split('&'))
        {
            var pair = query[range];
            var equals = pair.IndexOf('=');
            if (!(equals < 0 ? pair : pair[..equals]).SequenceEqual(name)) continue;
            value = equals < 0 ? [] : pair[(equals + 1)..];
            return true;
        }
        value = [];
        return false;
    }
}
