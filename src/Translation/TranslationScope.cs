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
    public OutboundModel Outbound { get; } = index.Outbound(proxy);

    public void DependsOn(ObjectKey key) => _dependencies.Add(key);

    public void DependsOn(IEnumerable<ObjectKey> keys) => _dependencies.UnionWith(keys);

    public void Report(ObjectKey key, string path, string reason) => _problems.Add(new TranslationProblem(key, path, reason));

    public void ReportWaiting(ObjectKey key, string path, string reason) => _problems.Add(new TranslationProblem(key, path, reason, IsWaiting: true));

    public void Report(IEnumerable<TranslationProblem> problems) => _problems.UnionWith(problems);

    /// <summary>Runs a part of the translation by itself, so that what it collects can be kept and shared with other proxies.</summary>
    public SharedPart Apart(Func<TranslationScope, ProxyResource> part)
    {
        var inner = new TranslationScope(Index, Proxy);
        var resource = part(inner);
        return new SharedPart(resource, [.. inner._dependencies], [.. inner._problems]);
    }

    public ProxyResource Join(SharedPart part)
    {
        DependsOn(part.Dependencies);
        Report(part.Problems);
        return part.Resource;
    }

    public ImmutableSortedSet<ObjectKey> Dependencies(ImmutableSortedSet<ObjectKey> shared) => shared.Union(_dependencies);

    public ImmutableArray<TranslationProblem> Problems() =>
        [.. _problems.OrderBy(p => p.Object).ThenBy(p => p.Path, StringComparer.Ordinal).ThenBy(p => p.Reason, StringComparer.Ordinal)];
}

/// <summary>A resource that several proxies have alike, with what its making collected.</summary>
internal sealed record SharedPart(
    ProxyResource Resource, ImmutableArray<ObjectKey> Dependencies, ImmutableArray<TranslationProblem> Problems);
