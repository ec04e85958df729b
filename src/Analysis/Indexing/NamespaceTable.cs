using System.Collections.Frozen;
using System.Collections.Immutable;
using Mesh.Analysis.Documents;
using Mesh.Core.Resources;

namespace Mesh.Analysis.Indexing;

/// <summary>The namespaces there are: Namespace objects, and those that objects and workloads are in. Immutable.</summary>
internal sealed class NamespaceTable
{
    private readonly FrozenSet<string> _names;
    private readonly KubernetesObjects _kubernetes;

    public NamespaceTable(AnalysisInput input, ImmutableArray<MeshObject> objects, KubernetesObjects kubernetes)
    {
        _kubernetes = kubernetes;
        _names = objects.Select(o => o.Key.Namespace)
            .Concat(kubernetes.ByKey.Keys.Select(k => k.Kind == "Namespace" ? k.Name : k.Namespace))
            .Concat((input.Mesh?.Workloads ?? []).Select(w => w.Id.Namespace))
            .Where(n => n.Length > 0).ToFrozenSet(StringComparer.Ordinal);
        AreKnown = input.Mesh is not null || !kubernetes.Of("Namespace").IsEmpty;
    }

    /// <summary>Whether a namespace that is not among them does not exist; a few files without Namespace objects do not tell.</summary>
    public bool AreKnown { get; }

    public bool Contains(string name) => _names.Contains(name);

    /// <summary>Whether any namespace matches a name with a <c>*</c> at its start or end, as AuthorizationPolicies write them.</summary>
    public bool AnyMatches(string pattern) => pattern == "*" || (pattern.StartsWith('*') || pattern.EndsWith('*')
        ? _names.Any(n => pattern.StartsWith('*') ? n.EndsWith(pattern[1..], StringComparison.Ordinal) : n.StartsWith(pattern[..^1], StringComparison.Ordinal))
        : _names.Contains(pattern.ToLowerInvariant()));

    /// <summary>The Namespace object, when it is among the documents.</summary>
    public KubernetesObject? Find(string name) => _kubernetes.Find("Namespace", "", name);
}
