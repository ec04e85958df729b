using System.Collections.Frozen;

namespace Mesh.Sidecar.Http;

/// <summary>Headers that concern one hop only (RFC 9110, 7.6.1) and are not forwarded; Upgrade travels on its own.</summary>
internal static class HopByHop
{
    private static readonly FrozenSet<string> Both = FrozenSet.ToFrozenSet(
        ["Connection", "Keep-Alive", "Proxy-Connection", "Transfer-Encoding", "Upgrade", "TE", "HTTP2-Settings"], StringComparer.OrdinalIgnoreCase);

    // Ours to say, never the client's to pass through; Host is set on its own; the proxy's credentials are for the proxy.
    private static readonly FrozenSet<string> Request = FrozenSet.ToFrozenSet(
        [.. Both, "Host", "Proxy-Authorization", Telemetry.PeerMetadata.Header, Telemetry.PeerMetadata.IdHeader, .. Resilience.RetryHeaders.All],
        StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenSet<string> ResponseOnly = FrozenSet.ToFrozenSet([.. Both, "Proxy-Authenticate"], StringComparer.OrdinalIgnoreCase);

    // Options of Connection that are no header's name, and headers with a rule of their own: Host and the length belong to every message.
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> NotNominated = FrozenSet.ToFrozenSet(
        [.. Both, "close", "Host", "Content-Length"], StringComparer.OrdinalIgnoreCase).GetAlternateLookup<ReadOnlySpan<char>>();

    public static bool IsRequestHeader(string name) => name.Length > 0 && (name[0] == ':' || Request.Contains(name));

    public static bool IsResponseHeader(string name) => ResponseOnly.Contains(name);

    public static bool IsUpgradeHeader(string name) =>
        name.Equals("Connection", StringComparison.OrdinalIgnoreCase) || name.Equals("Upgrade", StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// Removes what a request's Connection names. To be done before we add headers of ours, or a client could name those and have them
    /// withheld from the next hop. Names beside close, keep-alive or Upgrade cannot be seen: Kestrel, and HttpClient with responses, leave
    /// only those of the value.
    /// </summary>
    public static void RemoveNominated(IHeaderDictionary headers)
    {
        foreach (var value in headers.Connection)
            foreach (var range in value.AsSpan().Split(','))
            {
                var option = value.AsSpan(range).Trim();
                if (IsNomination(option)) headers.Remove(option.ToString());
            }
    }

    /// <summary>Adds the names in a response's Connection to <paramref name="names"/>, which stays null for the usual keep-alive or close.</summary>
    public static void Nominate(string connection, ref List<string>? names)
    {
        foreach (var range in connection.AsSpan().Split(','))
        {
            var option = connection.AsSpan(range).Trim();
            if (IsNomination(option)) (names ??= []).Add(option.ToString());
        }
    }

    /// <summary>Whether a response's trailer may go on: none that frames the message it ends (RFC 9110, 6.5.1).</summary>
    public static bool MayTrailResponse(string name) =>
        !IsResponseHeader(name) && !name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase)
        && !name.StartsWith(Telemetry.PeerMetadata.Header, StringComparison.OrdinalIgnoreCase);

    private static bool IsNomination(ReadOnlySpan<char> option) => !option.IsEmpty && !NotNominated.Contains(option);
}
