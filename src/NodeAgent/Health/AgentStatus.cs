using System.Text.Json.Serialization;
using Mesh.Core.Snapshots;
using Mesh.NodeAgent.ControlPlane;
using Mesh.NodeAgent.Discovery;
using Mesh.NodeAgent.Model;
using Mesh.NodeAgent.Options;
using Mesh.NodeAgent.Workloads;

namespace Mesh.NodeAgent.Health;

/// <summary>Answers questions about the agent's state, from values that others replace whole. Stateless.</summary>
internal sealed class AgentStatus(
    AgentOptions options, MeshModel model, ModelCacheWriter cache, ControlPlaneLink link, ConfigurationLoop loop, LocalWorkloads workloads,
    AgentMetrics metrics, TimeProvider time)
{
    /// <summary>Ready to serve proxies: there is a model, whether from a replica or from disk.</summary>
    public bool IsReady => model.IsComplete;

    public SnapshotSummary Snapshot() => new(
        options.Node, link.Replica, model.IsComplete, model.Snapshot.Revision.Value, loop.Compiled.Value, model.Snapshot.Objects.Count,
        model.Snapshot.Workloads.Count, model.Snapshot.TrustBundle.Roots.Length, [.. workloads.Current.Values.Select(LocalSummary.Of)]);

    public string Metrics() => new PrometheusText()
        .Gauge("mesh_agent_revision", "Revision of the configuration held", model.Snapshot.Revision.Value)
        .Gauge("mesh_agent_compiled_revision", "Revision compiled for local proxies", loop.Compiled.Value)
        .Gauge("mesh_agent_objects", "Configuration objects held", model.Snapshot.Objects.Count)
        .Gauge("mesh_agent_workloads", "Workloads of the mesh held", model.Snapshot.Workloads.Count)
        .Gauge("mesh_agent_local_workloads", "Workloads registered on this node", workloads.Current.Count)
        .Gauge("mesh_agent_proxies", "Proxies connected", loop.Proxies.Count(proxy => proxy.Connected))
        .Gauge("mesh_agent_connected", "1 while attached to a replica", link.Replica is null ? 0 : 1)
        .Gauge("mesh_agent_cache_age_seconds", "Time since the model was written to disk; -1 before",
            cache.WrittenAt is { } written ? (time.GetUtcNow() - written).TotalSeconds : -1)
        .Counter("mesh_agent_compilations_total", "Whole configurations compiled", metrics.Compilations)
        .Counter("mesh_agent_pushes_total", "Discovery responses sent to proxies", metrics.Pushes)
        .Counter("mesh_agent_acks_total", "Discovery responses that proxies acknowledged", metrics.Acks)
        .Counter("mesh_agent_nacks_total", "Discovery responses that proxies refused", metrics.Nacks)
        .Counter("mesh_agent_attachments_total", "Times attached to a replica", metrics.Connections)
        .Counter("mesh_agent_attachment_failures_total", "Attachments that failed or were lost", metrics.ConnectionFailures)
        .Counter("mesh_agent_certificates_relayed_total", "Certificates signed for local proxies", metrics.CertificatesRelayed)
        .Counter("mesh_agent_certificates_refused_total", "Signing requests without the right token", metrics.CertificatesRefused)
        .Counter("mesh_agent_key_sets_fetched_total", "Key sets of token issuers fetched", metrics.KeySetsFetched)
        .Counter("mesh_agent_key_sets_failed_total", "Key sets of token issuers that could not be fetched", metrics.KeySetsFailed)
        .ToString();
}

/// <summary>The answer of <c>/debug/snapshot</c>.</summary>
internal sealed record SnapshotSummary(
    string Node, string? Replica, bool Complete, ulong Revision, ulong CompiledRevision, int Objects, int Workloads, int Roots, LocalSummary[] Local);

/// <summary>A local workload in it.</summary>
internal sealed record LocalSummary(string Id, string Role, string Address, WorkloadHealth Health)
{
    public static LocalSummary Of(LocalWorkload local) => new(
        local.Workload.Id.ToString(), local.Registration.Role.ToString(), local.Workload.Address, local.Workload.Health);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, WriteIndented = true)]
[JsonSerializable(typeof(SnapshotSummary))]
[JsonSerializable(typeof(IReadOnlyList<ProxySummary>))]
internal sealed partial class StatusJson : JsonSerializerContext;
