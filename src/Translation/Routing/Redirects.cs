using Envoy.Config.Core.V3;
using Envoy.Config.Route.V3;
using Google.Protobuf;
using Mesh.Core.Resources.Networking;
using Code = Envoy.Config.Route.V3.RedirectAction.Types.RedirectResponseCode;

namespace Mesh.Translation.Routing;

/// <summary>Rules that answer by themselves.</summary>
internal static class Redirects
{
    /// <summary>Of a direct response, as in Istio; the check at the door allows no more.</summary>
    public const uint MaxBody = 1024 * 1024;

    private const string KeepPrefix = "%PREFIX()%";

    /// <summary>Null when the code is none that a redirect may have.</summary>
    public static RedirectAction? Translate(HttpRedirect redirect, int listenerPort)
    {
        if (ResponseCode(redirect.RedirectCode) is not { } code) return null;
        var action = new RedirectAction { ResponseCode = code, HostRedirect = redirect.Authority };
        if (redirect.Uri.StartsWith(KeepPrefix, StringComparison.Ordinal)) action.PrefixRewrite = redirect.Uri[KeepPrefix.Length..];
        else if (redirect.Uri.Length > 0) action.PathRedirect = redirect.Uri;
        if (redirect.Scheme.Length > 0) action.SchemeRedirect = redirect.Scheme;
        var port = redirect.Port ?? (redirect.DerivePort == RedirectPortSelection.FromRequestPort ? listenerPort : 0);
        if (!IsImplied(port, redirect.Scheme)) action.PortRedirect = (uint)port;
        return action;
    }

    /// <summary>As in Istio, a port that the scheme means anyway is not written.</summary>
    private static bool IsImplied(int port, string scheme) => (port, scheme) is (80, "" or "http") or (443, "https");

    public static DirectResponseAction Translate(HttpDirectResponse response)
    {
        var action = new DirectResponseAction { Status = (uint)response.Status };
        if (response.Body?.String is { } text) action.Body = new DataSource { InlineString = text };
        else if (response.Body?.Bytes is { } bytes) action.Body = new DataSource { InlineBytes = ByteString.CopyFrom(bytes.AsSpan()) };
        return action;
    }

    private static Code? ResponseCode(int code) => code switch
    {
        0 or 301 => Code.MovedPermanently,
        302 => Code.Found,
        303 => Code.SeeOther,
        307 => Code.TemporaryRedirect,
        308 => Code.PermanentRedirect,
        _ => null,
    };
}
