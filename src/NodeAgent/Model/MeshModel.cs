using System.Globalization;
using Envoy.Service.Discovery.V3;
using Mesh.Core.Snapshots;
using Mesh.Protocol;
using Mesh.Protocol.Delta;

namespace Mesh.NodeAgent.Model;

/// <summary>
/// The mesh as the control plane last described it: the fold of its deltas, and the resources themselves for the disk cache.
/// Changes are applied one at a time under a lock; readers take <see cref="Snapshot"/>, which is replaced whole.
/// </summary>
internal sealed class MeshModel
{
    public static readonly string[] Types = [TypeUrls.TrustBundle, TypeUrls.ConfigObject, TypeUrls.Workload];

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Dictionary<string, Resource>> _held = Types.ToDictionary(t => t, _ => new Dictionary<string, Resource>());
    private readonly Dictionary<string, string> _systemVersions = [];

    public MeshSnapshot Snapshot { get; private set; } = MeshSnapshot.Empty;

    /// <summary>
    /// Whether every type has been received to its end at least once, now or in the cache's former life. Before that there is
    /// nothing that proxies could be told: an empty configuration would take their traffic down.
    /// </summary>
    public bool IsComplete { get; private set; }

    /// <summary>Raised on the applying thread, outside the lock, with the snapshot that the change made. Only one thread applies at a time.</summary>
    public event Action<MeshSnapshot, ModelChange>? Changed;

    /// <summary>Applies what a replica sent; returns the resources that could not be used, whose last good state stands.</summary>
    public IReadOnlyList<DeltaRejection> Apply(DeltaChanges changes)
    {
        ModelFold fold;
        MeshSnapshot snapshot;
        lock (_lock)
        {
            fold = new ModelFold(Snapshot);
            fold.Apply(changes);
            Hold(changes, fold.Rejections);
            if (changes.SystemVersion.Length > 0) _systemVersions[changes.TypeUrl] = changes.SystemVersion;
            IsComplete |= _systemVersions.Count == Types.Length;
            Snapshot = snapshot = fold.Result();
        }

        Changed?.Invoke(snapshot, fold.Change);
        return fold.Rejections;
    }

    /// <summary>Everything held, one response per type, as <see cref="Restore"/> takes it, and what that is folded to.</summary>
    public (MeshSnapshot Snapshot, IReadOnlyList<DeltaDiscoveryResponse> Resources) Export()
    {
        lock (_lock)
            return (Snapshot, [.. Types.Select(type => new DeltaDiscoveryResponse
            {
                TypeUrl = type, SystemVersionInfo = _systemVersions.GetValueOrDefault(type, ""), Resources = { _held[type].Values },
            })]);
    }

    public void Restore(IEnumerable<DeltaDiscoveryResponse> exported)
    {
        foreach (var response in exported)
            Apply(new DeltaChanges(response.TypeUrl, "", response.SystemVersionInfo, response.Resources, []));
    }

    /// <summary>The version of every resource held of a type.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Versions(string typeUrl)
    {
        lock (_lock) return [.. _held[typeUrl].Select(r => KeyValuePair.Create(r.Key, r.Value.Version))];
    }

    /// <summary>The revision that a completing response of configuration objects brings; null for every other.</summary>
    public static Revision? RevisionOf(DeltaChanges changes) =>
        changes.TypeUrl == TypeUrls.ConfigObject && ulong.TryParse(changes.SystemVersion, NumberStyles.None, CultureInfo.InvariantCulture, out var revision)
            ? new Revision(revision) : null;

    private void Hold(DeltaChanges changes, IReadOnlyList<DeltaRejection> rejections)
    {
        var held = _held[changes.TypeUrl];
        var rejected = rejections.Select(r => r.Name).ToHashSet();
        foreach (var resource in changes.Upserted)
            if (!rejected.Contains(resource.Name)) held[resource.Name] = resource;
        foreach (var name in changes.Removed) held.Remove(name);
    }
}
