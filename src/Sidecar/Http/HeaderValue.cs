using System.Globalization;
using System.Net;
using System.Text;
using Mesh.Core.Formats;
using Mesh.Sidecar.Routing;

namespace Mesh.Sidecar.Http;

/// <summary>
/// A header's value as configuration writes it, with Envoy's substitutions. Parsed once; a constant costs nothing on a request. What a
/// request does not have is empty. Immutable.
/// </summary>
internal sealed class HeaderValue
{
    private readonly Func<ProxyRequest, string>[] _parts;

    private HeaderValue(string? constant, Func<ProxyRequest, string>[] parts)
    {
        Constant = constant;
        _parts = parts;
    }

    public string? Constant { get; }

    /// <summary>False with a sentence about what is wrong.</summary>
    public static bool TryParse(string text, TimeProvider time, out HeaderValue value, out string problem)
    {
        var parsed = HeaderFormat.TryParse(text, out var format, out problem);
        value = new HeaderValue(format.Constant, format.Constant is null ? [.. format.Parts.Select(p => Compile(p, time))] : []);
        return parsed;
    }

    public string Of(ProxyRequest request)
    {
        if (Constant is not null) return Constant;
        if (_parts.Length == 1) return _parts[0](request);
        var text = new StringBuilder();
        foreach (var part in _parts) text.Append(part(request));
        return text.ToString();
    }

    private static Func<ProxyRequest, string> Compile(HeaderFormatPart part, TimeProvider time)
    {
        if (part.IsLiteral) return _ => part.Text;
        var read = Reader(part, time);
        return part.MaxLength is { } limit ? request => Cut(read(request), limit) : read;
    }

    private static string Cut(string value, int limit) => value.Length <= limit ? value : value[..limit];

    private static Func<ProxyRequest, string> Reader(HeaderFormatPart part, TimeProvider time)
    {
        switch (part.Text)
        {
            case "REQ":
                var (name, other) = Names(part.Argument);
                return request => RequestHeader(request, name) is { Length: > 0 } value ? value : other is null ? "" : RequestHeader(request, other);
            case "RESP":
                var (first, second) = Names(part.Argument);
                return request => ResponseHeader(request, first) is { Length: > 0 } value ? value : second is null ? "" : ResponseHeader(request, second);
            case "ENVIRONMENT":
                var variable = Environment.GetEnvironmentVariable(part.Argument) ?? "";
                return _ => variable;
            case "HOSTNAME":
                var host = Dns.GetHostName();
                return _ => host;
            case "START_TIME":
                return request => TimeFormat.Write(part.Argument, time.GetUtcNow() - time.GetElapsedTime(request.StartedAt));
            default:
                return RequestFacts.Reader(part.Text);
        }
    }

    private static (string Name, string? Alternative) Names(string argument)
    {
        var mark = argument.IndexOf('?');
        return mark < 0 ? (argument.ToLowerInvariant(), null) : (argument[..mark].ToLowerInvariant(), argument[(mark + 1)..].ToLowerInvariant());
    }

    // Of several values Envoy takes the first.
    private static string RequestHeader(ProxyRequest request, string name)
    {
        var http = request.Http.Request;
        return name switch
        {
            ":path" => request.Target,
            ":method" => http.Method,
            ":authority" or "host" => http.Headers.Host.ToString(),
            ":scheme" => RequestScheme.Of(http),
            _ => http.Headers.TryGetValue(name, out var values) && values.Count > 0 ? values[0] ?? "" : "",
        };
    }

    private static string ResponseHeader(ProxyRequest request, string name)
    {
        var response = request.Http.Response;
        if (name == ":status") return response.StatusCode.ToString(CultureInfo.InvariantCulture);
        return response.Headers.TryGetValue(name, out var values) && values.Count > 0 ? values[0] ?? "" : "";
    }
}
