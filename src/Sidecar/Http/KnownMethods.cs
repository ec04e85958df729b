using System.Collections.Frozen;

namespace Mesh.Sidecar.Http;

/// <summary>
/// The methods that Envoy's parser of HTTP/1 takes (allow_custom_methods is off by default, and Istio leaves it so). Methods are case-sensitive:
/// <c>get</c> is none of them, and an application that takes it for GET would do what no rule for GET was asked about. HTTP/2 carries any token, as with Envoy.
/// </summary>
internal static class KnownMethods
{
    private static readonly FrozenSet<string> All = FrozenSet.ToFrozenSet(
    [
        "ACL", "BIND", "CHECKOUT", "CONNECT", "COPY", "DELETE", "GET", "HEAD", "LINK", "LOCK", "MERGE", "MKACTIVITY", "MKCALENDAR", "MKCOL", "MOVE", "M-SEARCH",
        "NOTIFY", "OPTIONS", "PATCH", "POST", "PROPFIND", "PROPPATCH", "PURGE", "PUT", "REBIND", "REPORT", "SEARCH", "SOURCE", "SUBSCRIBE", "TRACE", "UNBIND",
        "UNLINK", "UNLOCK", "UNSUBSCRIBE",
    ], StringComparer.Ordinal);

    public static bool Contains(string method) => All.Contains(method);
}
