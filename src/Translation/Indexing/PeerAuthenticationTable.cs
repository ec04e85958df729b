using System.Collections.Frozen;
using System.Collections.Immutable;
using Mesh.Core.Resources;
using Mesh.Core.Resources.Security;

namespace Mesh.Translation.Indexing;

/// <summary>
/// All PeerAuthentications. The mode of a workload's port is the narrowest one that is set: its own policy's for the port,
/// its own policy's, its namespace's, the root namespace's; permissive when none is. In each scope the oldest object wins.
/// Immutable.
/// </summary>
internal sealed class PeerAuthenticationTable
{
    private readonly string _root;
    private readonly FrozenDictionary<string, Scope> _scopes;

    public PeerAuthenticationTable(IEnumerable<MeshObject> objects, string rootNamespace)
    {
        _root = rootNamespace;
        _scopes = objects.Order(Age.OldestFirst)
            .GroupBy(o => o.Key.Namespace, StringComparer.Ordinal)
            .ToFrozenDictionary(g => g.Key, g => new Scope([.. g]), StringComparer.Ordinal);
        Disabling = [.. _scopes.Values.SelectMany(s => s.Objects).Where(Disables).Select(o => o.Key)];
    }

    /// <summary>The objects that turn mutual TLS off somewhere, which callers must know too.</summary>
    public ImmutableSortedSet<ObjectKey> Disabling { get; }

    /// <summary>What holds for the workload; <see cref="EffectivePeerAuthentication.Mode"/> then answers for each of its ports.</summary>
    public EffectivePeerAuthentication For(string @namespace, ImmutableSortedDictionary<string, string> labels)
    {
        var root = _scopes.GetValueOrDefault(_root);
        var own = @namespace == _root ? null : _scopes.GetValueOrDefault(@namespace);
        var workload = new[] { own?.Selecting(labels), root?.Selecting(labels) }
            .Where(o => o is not null).Select(o => o!).Order(Age.OldestFirst).FirstOrDefault();
        return new EffectivePeerAuthentication(root?.Wide, own?.Wide, workload);
    }

    /// <summary>Objects of the namespace, or of the root, that another one of the same scope keeps out of force for the workload.</summary>
    public IEnumerable<(MeshObject Loser, MeshObject Winner)> Overridden(string @namespace, ImmutableSortedDictionary<string, string> labels)
    {
        var names = @namespace == _root ? new[] { _root } : [_root, @namespace];
        foreach (var scope in names.Select(n => _scopes.GetValueOrDefault(n)).Where(s => s is not null))
            foreach (var loser in scope!.Objects.Where(o => IsWide(o) && !ReferenceEquals(o, scope.Wide)))
                yield return (loser, scope.Wide!);
        var winner = For(@namespace, labels).Workload;
        foreach (var loser in names.Select(n => _scopes.GetValueOrDefault(n)).Where(s => s is not null)
            .SelectMany(s => s!.Objects).Where(o => !IsWide(o) && Selects(o, labels) && !ReferenceEquals(o, winner)))
            yield return (loser, winner!);
    }

    private static bool IsWide(MeshObject policy) => policy.SpecAs<PeerAuthentication>().Selector is null or { MatchLabels.Count: 0 };

    private static bool Selects(MeshObject policy, ImmutableSortedDictionary<string, string> labels) =>
        Labels.Match(policy.SpecAs<PeerAuthentication>().Selector!.MatchLabels, labels);

    private static bool Disables(MeshObject policy)
    {
        var spec = policy.SpecAs<PeerAuthentication>();
        return spec.Mtls?.Mode == MutualTlsMode.Disable || spec.PortLevelMtls.Values.Any(m => m.Mode == MutualTlsMode.Disable);
    }

    private sealed record Scope(ImmutableArray<MeshObject> Objects)
    {
        public MeshObject? Wide { get; } = Objects.FirstOrDefault(IsWide);

        public MeshObject? Selecting(ImmutableSortedDictionary<string, string> labels) =>
            Objects.FirstOrDefault(o => !IsWide(o) && Selects(o, labels));
    }
}
