using System.Collections.Immutable;
using Mesh.Core.Resources;
using Mesh.Translation.Outbound;

namespace Mesh.Translation;

/// <summary>
/// One translation in progress: its inputs, and what it collects on the way. Used by one thread and thrown away.
/// </summary>
internal sealed class TranslationScope(MeshIndex index, ProxyDescriptor proxy)
{
    private readonly HashSet<ObjectKey> _dependencies = [];
    private readonly HashSet<TranslationProblem> _problems = [];

    public MeshIndex Index { get; } = index;
    public ProxyDescriptor Proxy { get; } = proxy;
    public OutboundModel Outbound { get; } = index.Outbound(proxy.Namespace, proxy.TrustDomain);

    public void DependsOn(ObjectKey key) => _dependencies.Add(key);

    public void DependsOn(IEnumerable<ObjectKey> keys) => _dependencies.UnionWith(keys);

    public void Report(ObjectKey key, string path, string reason) => _problems.Add(new TranslationProblem(key, path, reason));

    public void Report(IEnumerable<TranslationProblem> problems) => _problems.UnionWith(problems);

    public ImmutableSortedSet<ObjectKey> Dependencies(ImmutableSortedSet<ObjectKey> shared) => shared.Union(_dependencies);

    public ImmutableArray<TranslationProblem> Problems() =>
        [.. _problems.OrderBy(p => p.Object).ThenBy(p => p.Path, StringComparer.Ordinal).ThenBy(p => p.Reason, StringComparer.Ordinal)];
}
