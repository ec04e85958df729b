using System.Collections.Immutable;
using System.Text.Json;
using Mesh.Core.Resources.Networking;
using Mesh.Translation.Hosts;

namespace Mesh.Analysis.Analyzers;

/// <summary>Whether one TCP or TLS match takes every connection that another does; "no" when that is not certain.</summary>
internal static class L4MatchCover
{
    public static bool Covers(L4MatchAttributes wide, L4MatchAttributes narrow) =>
        Within(narrow.DestinationSubnets, wide.DestinationSubnets) && (wide.Port == 0 || wide.Port == narrow.Port) &&
        (wide.SourceSubnet.Length == 0 || wide.SourceSubnet == narrow.SourceSubnet) &&
        Callers(wide.SourceLabels, narrow.SourceLabels, wide.SourceNamespace, narrow.SourceNamespace, wide.Gateways, narrow.Gateways);

    public static bool Covers(TlsMatchAttributes wide, TlsMatchAttributes narrow) =>
        !narrow.SniHosts.IsEmpty && narrow.SniHosts.All(host => wide.SniHosts.Any(w => HostName.IsSubsetOf(host.ToLowerInvariant(), w.ToLowerInvariant()))) &&
        Within(narrow.DestinationSubnets, wide.DestinationSubnets) && (wide.Port == 0 || wide.Port == narrow.Port) &&
        Callers(wide.SourceLabels, narrow.SourceLabels, wide.SourceNamespace, narrow.SourceNamespace, wide.Gateways, narrow.Gateways);

    public static string Fingerprint<T>(T match) => JsonSerializer.Serialize(match);

    private static bool Within(ImmutableArray<string> narrow, ImmutableArray<string> wide) => wide.IsEmpty || (!narrow.IsEmpty && narrow.All(wide.Contains));

    private static bool Callers(
        ImmutableSortedDictionary<string, string> wideLabels, ImmutableSortedDictionary<string, string> narrowLabels, string wideNamespace, string narrowNamespace,
        ImmutableArray<string> wideGateways, ImmutableArray<string> narrowGateways) =>
        wideLabels.All(l => narrowLabels.TryGetValue(l.Key, out var value) && value == l.Value) && (wideNamespace.Length == 0 || wideNamespace == narrowNamespace) &&
        (wideGateways.IsEmpty ? narrowGateways.IsEmpty : !narrowGateways.IsEmpty && narrowGateways.All(wideGateways.Contains));
}
