using Mesh.Core.Resources.Networking;

namespace Mesh.Core.Validation.Rules.Networking;

/// <summary>What a redirect must satisfy.</summary>
internal static class RedirectRules
{
    /// <summary>Istio's way to say that a redirect replaces only the matched prefix.</summary>
    private const string KeepPrefix = "%PREFIX()%";

    public static void Check(HttpRedirect redirect, RuleContext context)
    {
        if (redirect is { Uri: "", Authority: "", Scheme: "", Port: null, DerivePort: null }) context.ErrorOfWhole("must set uri, authority, port, derivePort or scheme");
        if (redirect.RedirectCode is not (0 or 301 or 302 or 303 or 307 or 308)) context.Field("redirectCode").Error($"must be 301, 302, 303, 307 or 308, is {redirect.RedirectCode}");
        if (redirect.Scheme is not ("" or "http" or "https")) context.Field("scheme").Error($"must be http or https, is {Names.Quote(redirect.Scheme)}");
        if (redirect.Authority.Length > 0 && !Hosts.IsAuthority(redirect.Authority)) context.Field("authority").Error($"{Names.Quote(redirect.Authority)} is not a host with an optional port");
        if (!redirect.Uri.StartsWith(KeepPrefix, StringComparison.Ordinal)) CheckPath(redirect.Uri, context.Field("uri"));
        else if (redirect.Uri.Length > KeepPrefix.Length) CheckPath(redirect.Uri[KeepPrefix.Length..], context.Field("uri"));
    }

    // Control characters would split the request or response line.
    public static void CheckPath(string path, RuleContext context)
    {
        if (path.Any(c => c <= ' ' || c == (char)127)) context.Error($"{Names.Quote(path)} contains spaces or control characters", "Percent-encode them.");
        else if (path.Length > 0 && path[0] != '/') context.Error($"{Names.Quote(path)} is not a path", "Start it with \"/\".");
    }
}
