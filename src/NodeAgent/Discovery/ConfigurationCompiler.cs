using System.Collections.Immutable;
using Mesh.Core.Identity;
using Mesh.Core.Resources;
using Mesh.Core.Snapshots;
using Mesh.NodeAgent.Authentication;
using Mesh.NodeAgent.Model;
using Mesh.NodeAgent.Workloads;
using Mesh.Protocol.Delta;
using Mesh.Translation;

namespace Mesh.NodeAgent.Discovery;

/// <summary>What one run made: its number, the objects that changed with it, and whose dependencies on them ended with it.</summary>
internal sealed record Compilation(ulong Generation, bool IsNew, ImmutableHashSet<ObjectKey> Objects, ILookup<ObjectKey, ProxyState> Former);

/// <summary>
/// Compiles the mesh for the connected proxies, and only as much as a change asks for: objects recompile every proxy over the
/// shared index, workloads only the endpoints of the services they touch. Used by the configuration loop only.
/// </summary>
internal sealed partial class ConfigurationCompiler(string node, string trustDomain, LocalWorkloads workloads, KeySets? keySets, AgentMetrics metrics, CompiledIndex compiled, ILogger logger)
{
    private MeshIndex? _index;
    private TrustBundle _trustBundle = TrustBundle.Empty;
    private DeltaResources _secrets = DeltaResources.Empty;
    private ulong _generation;

    /// <summary>Null when the last run failed.</summary>
    public MeshIndex? Index => _index;

    /// <summary>Makes the next run start from the model as it is then, because what this index holds is in doubt.</summary>
    public void Rebuild() => _index = null;

    public Compilation Run(MeshSnapshot model, ModelChange change, ImmutableHashSet<WorkloadId> local, IReadOnlyCollection<ProxyState> proxies)
    {
        var first = _index is null;
        var objects = first ? change.Objects.Union(model.Objects.Keys) : change.Objects;
        var services = UpdateIndex(model, change.Workloads.Union(local), objectsChanged: !objects.IsEmpty);
        if (!ReferenceEquals(_trustBundle, model.TrustBundle)) _secrets = TrustSecret.From(_trustBundle = model.TrustBundle);
        var isNew = first || !change.IsNone || !local.IsEmpty;
        if (isNew) _generation++;

        List<(ObjectKey, ProxyState)> former = [];
        foreach (var proxy in proxies)
        {
            var before = proxy.Dependencies;
            if (!TryCompile(proxy, recompile: first || !objects.IsEmpty, services, out var hint)) continue;
            Publish(proxy, hint);
            if (ReferenceEquals(before, proxy.Dependencies)) continue;
            foreach (var key in objects)
                if (before.Contains(key) && !proxy.Dependencies.Contains(key)) former.Add((key, proxy));
        }

        return new Compilation(_generation, isNew, objects, former.ToLookup(f => f.Item1, f => f.Item2));
    }

    private ImmutableHashSet<ServiceName> UpdateIndex(MeshSnapshot model, ImmutableHashSet<WorkloadId> changed, bool objectsChanged)
    {
        if (_index is null)
        {
            var every = model.Workloads.Keys.Concat(workloads.Current.Keys);
            // What routes were before, the model does not tell.
            _index = MeshIndex.BuildAnew(WithKeys(EffectiveSnapshot.From(MeshSnapshot.Empty, model, workloads, every, node)), compiled.Current);
            return [];
        }

        var snapshot = EffectiveSnapshot.From(_index.Snapshot, model, workloads, changed, node);
        var services = ImmutableHashSet<ServiceName>.Empty;
        // Workloads first, by the short way: the index of the objects then finds them as they are.
        if (!ReferenceEquals(snapshot.Workloads, _index.Snapshot.Workloads))
            (_index, services) = _index.WithWorkloads(_index.Snapshot with { Workloads = snapshot.Workloads }, changed);
        if (objectsChanged) _index = MeshIndex.Build(WithKeys(snapshot), _index);
        return services;
    }

    private MeshSnapshot WithKeys(MeshSnapshot snapshot) => keySets is null ? snapshot : snapshot with { KeySets = keySets.Current };

    /// <summary>
    /// Brings a proxy's resources up to date; <paramref name="hint"/> are the names that may differ in clusters and endpoints, or null
    /// for any. After a failure nothing is published, so that no change counts as in force and no proxy is told an empty configuration.
    /// </summary>
    private bool TryCompile(ProxyState proxy, bool recompile, ImmutableHashSet<ServiceName> services, out IReadOnlyCollection<string>? hint)
    {
        try
        {
            hint = Compile(proxy, recompile, services);
            proxy.HasFailed = false;
            return true;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // One proxy's trouble is not the others'; it goes on with what it has.
            Log.Failed(logger, proxy.Id, e);
            proxy.HasFailed = true;
            hint = null;
            return false;
        }
    }

    private IReadOnlyCollection<string>? Compile(ProxyState proxy, bool recompile, ImmutableHashSet<ServiceName> services)
    {
        if (Describe(proxy) || recompile || proxy.HasFailed || proxy.Published is null)
        {
            metrics.Compiled();
            proxy.Resources = Translator.Translate(_index!, proxy.Descriptor!);
            proxy.EndpointNames = EndpointNames.Of(proxy.Resources);
            return null;
        }

        var followsPeers = Translator.FollowsPeers(proxy.Resources);
        if (services.IsEmpty && !followsPeers) return [];
        proxy.Resources = Translator.TranslateEndpoints(_index!, proxy.Descriptor!, proxy.Resources, services);
        var names = proxy.EndpointNames!.Of(services);
        return followsPeers ? [.. names, Translator.PeersName] : names;
    }

    /// <summary>Takes over a changed registration; a proxy whose registration is gone keeps its last one while it is connected.</summary>
    private bool Describe(ProxyState proxy)
    {
        var registration = workloads.Current.GetValueOrDefault(proxy.Id)?.Registration ?? proxy.Registration
            ?? throw new InvalidOperationException($"{proxy.Id} was never registered");
        if (ReferenceEquals(registration, proxy.Registration)) return false;
        proxy.Registration = registration;
        proxy.Descriptor = registration.ToDescriptor(node, trustDomain, proxy.Dialect);
        return true;
    }

    private void Publish(ProxyState proxy, IReadOnlyCollection<string>? hint)
    {
        if (proxy.Published is { } published && published.Generation == _generation && ReferenceEquals(published.Resources, proxy.Resources)) return;
        proxy.Published = new ProxyPublication(_generation, proxy.Resources, _secrets, hint);
        foreach (var connection in proxy.Connections) connection.Publish(proxy.Published);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Critical, "The configuration of {Proxy} cannot be compiled; it keeps what it has")]
        public static partial void Failed(ILogger logger, WorkloadId proxy, Exception exception);
    }
}
