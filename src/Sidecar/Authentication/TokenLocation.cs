using Mesh.Sidecar.Http;
using Mesh.Sidecar.Routing;

namespace Mesh.Sidecar.Authentication;

internal enum TokenPlace
{
    Header,
    Parameter,
    Cookie,
}

/// <summary>One place of a request that may carry a token.</summary>
internal sealed record TokenLocation(TokenPlace Place, string Name, string Prefix)
{
    public static readonly TokenLocation[] Default = [new(TokenPlace.Header, "authorization", "Bearer "), new(TokenPlace.Parameter, "access_token", "")];

    /// <summary>Adds what stands there; of a header every value, of a parameter or cookie the first.</summary>
    public void Collect(ProxyRequest request, List<(string Token, TokenLocation Location)> tokens)
    {
        switch (Place)
        {
            case TokenPlace.Header:
                foreach (var value in request.Http.Request.Headers[Name])
                    if (value is not null && InHeader(value) is { } token) tokens.Add((token, this));
                break;
            case TokenPlace.Parameter:
                if (TryFindParameter(request.Target, out var start, out var end))
                    tokens.Add((Uri.UnescapeDataString(request.Target[(start + Name.Length + 1)..end]), this));
                break;
            default:
                if (Cookies.TryFind(request.Http.Request.Headers.Cookie, Name, out var cookie)) tokens.Add((cookie.ToString(), this));
                break;
        }
    }

    /// <summary>Takes a verified token out of the request; cookies stay (Envoy).</summary>
    public void Remove(ProxyRequest request)
    {
        if (Place == TokenPlace.Header) request.Http.Request.Headers.Remove(Name);
        while (Place == TokenPlace.Parameter && TryFindParameter(request.Target, out var start, out var end))
        {
            // With the sign before it, or, of the first of several, with the one after it.
            var isLast = end == request.Target.Length;
            var target = isLast ? request.Target[..(start - 1)] : request.Target[..start] + request.Target[(end + 1)..];
            request.Target = target.Length == 0 ? "/" : target;
        }
    }

    // As Envoy: the prefix anywhere in the value, and what is no part of a token between it and the token skipped.
    private string? InHeader(string value)
    {
        if (Prefix.Length == 0) return value;
        var at = value.IndexOf(Prefix, StringComparison.Ordinal);
        if (at < 0) return null;
        var start = at + Prefix.Length;
        while (start < value.Length && !(char.IsAsciiLetterOrDigit(value[start]) || value[start] is '-' or '_' or '.')) start++;
        return start < value.Length ? value[start..] : value;
    }

    private bool TryFindParameter(string target, out int start, out int end)
    {
        start = RequestPath.PathLength(target) + 1;
        end = start;
        while (start < target.Length)
        {
            end = target.IndexOf('&', start);
            if (end < 0) end = target.Length;
            if (end - start > Name.Length && target[start + Name.Length] == '=' && string.CompareOrdinal(target, start, Name, 0, Name.Length) == 0) return true;
            start = end + 1;
        }
        return false;
    }
}
