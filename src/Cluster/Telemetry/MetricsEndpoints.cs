using System.Globalization;
using System.Text;
using Akka.Actor;
using Mesh.Cluster.Api;
using Mesh.Cluster.Distribution;

namespace Mesh.Cluster.Telemetry;

/// <summary>Prometheus' text format 0.0.4, written by hand: a dozen numbers need no library.</summary>
internal static class MetricsEndpoints
{
    public static void MapMetrics(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/metrics", (ActorSystem system, ModelFeed feed, ClusterMetrics metrics) => Results.Text(
            Write(Akka.Cluster.Cluster.Get(system).State, feed.Current.Model, metrics), "text/plain; version=0.0.4"));
        routes.MapGet("/version", () => Results.Json(new { version = ProductVersion.Text }, ApiJson.Options));
    }

    private static string Write(Akka.Cluster.ClusterEvent.CurrentClusterState cluster, ReplicaModel model, ClusterMetrics metrics)
    {
        var text = new StringBuilder();
        Add(text, "mesh_cluster_members", "gauge", "Members this replica sees.", cluster.Members.Count);
        Add(text, "mesh_cluster_members_unreachable", "gauge", "Of these, unreachable ones.", cluster.Unreachable.Count);
        Add(text, "mesh_config_revision", "gauge", "Revision of the configuration in force here.", (long)model.Revision.Value);
        Add(text, "mesh_config_objects", "gauge", "Objects at that revision.", model.Documents.Count);
        Add(text, "mesh_workloads", "gauge", "Workloads known.", model.Workloads.Count);
        Add(text, "mesh_agents", "gauge", "Agents known.", model.Agents.Count);
        Add(text, "mesh_model_sessions", "gauge", "Agents' model streams on this replica.", metrics.ModelSessions.Value);
        Add(text, "mesh_report_streams", "gauge", "Agents' reporting streams on this replica.", metrics.ReportStreams.Value);
        Add(text, "mesh_pushes_total", "counter", "Responses sent to agents.", metrics.Pushes.Value);
        Add(text, "mesh_push_errors_total", "counter", "Responses agents refused.", metrics.PushErrors.Value);
        Add(text, "mesh_certificates_signed_total", "counter", "Certificates signed.", metrics.CertificatesSigned.Value);
        Add(text, "mesh_certificates_refused_total", "counter", "Signing requests refused.", metrics.CertificatesRefused.Value);
        Add(text, "mesh_api_writes_total", "counter", "Write calls to the API.", metrics.ApiWrites.Value);
        return text.ToString();
    }

    private static void Add(StringBuilder text, string name, string type, string help, long value) => text
        .Append("# HELP ").Append(name).Append(' ').Append(help).Append('\n')
        .Append("# TYPE ").Append(name).Append(' ').Append(type).Append('\n')
        .Append(name).Append(' ').Append(value.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
