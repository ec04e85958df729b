using Mesh.Sidecar.Http;
using Mesh.Sidecar.Telemetry;
using Microsoft.AspNetCore.Http.Features;

namespace Mesh.Sidecar.Upstreams.Http1;

/// <summary>Puts the head of an answer in the client's response: without what concerns one hop only, with what the route and we have to say.</summary>
internal static class AnswerHead
{
    public static void Copy(ProxyRequest request, ResponseHead head, in BodyFraming framing)
    {
        var response = request.Http.Response;
        var isUpgrade = head.Status == StatusCodes.Status101SwitchingProtocols;
        response.StatusCode = head.Status;
        if (head.Reason is { } phrase && request.Http.Features[typeof(IHttpResponseFeature)] is IHttpResponseFeature reason) reason.ReasonPhrase = phrase;
        var headers = response.Headers;
        var nominated = Nominated(head);
        var fields = head.Fields;
        for (var i = 0; i < fields.Length; i++)
        {
            var (name, value) = fields[i];
            if (HopByHop.IsResponseHeader(name) && !(isUpgrade && ResponseHead.Is(name, "Upgrade"))) continue;
            if (nominated?.Contains(name, StringComparer.OrdinalIgnoreCase) == true) continue;
            if (name.StartsWith(PeerMetadata.Header, StringComparison.OrdinalIgnoreCase)) continue;
            if (IsRepeated(fields[..i], name)) headers.Append(name, value);
            else headers[name] = value;
        }
        if (HasNoLength(head.Status)) headers.ContentLength = null;
        request.Attempt.Complete(headers);
        if (headers.ContentLength is { } length) request.ResponseBytes = framing.Kind == BodyKind.None ? 0 : length;
    }

    // RFC 9110, 8.6, for 204; 205 has no content either, and whoever sends some there has it dropped.
    private static bool HasNoLength(int status) => status is < 200 or StatusCodes.Status204NoContent or StatusCodes.Status205ResetContent;

    private static List<string>? Nominated(ResponseHead head)
    {
        List<string>? names = null;
        foreach (var (name, value) in head.Fields)
            if (ResponseHead.Is(name, "Connection")) HopByHop.Nominate(value, ref names);
        return names;
    }

    private static bool IsRepeated(ReadOnlySpan<(string Name, string Value)> before, string name)
    {
        foreach (var field in before)
            if (ResponseHead.Is(field.Name, name)) return true;
        return false;
    }
}
