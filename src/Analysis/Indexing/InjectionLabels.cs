using System.Collections.Immutable;

namespace Mesh.Analysis.Indexing;

/// <summary>The labels by which a Namespace asks for sidecars.</summary>
internal static class InjectionLabels
{
    public const string Classic = "istio-injection";
    public const string Revision = "istio.io/rev";

    /// <summary>Namespaces that are never injected.</summary>
    public static bool IsSystem(string @namespace) => @namespace is "kube-system" or "kube-public" or "kube-node-lease" or "local-path-storage";

    public static bool IsEnabled(ImmutableSortedDictionary<string, string> labels) =>
        labels.TryGetValue(Classic, out var value) ? value == "enabled" : labels.ContainsKey(Revision);
}
