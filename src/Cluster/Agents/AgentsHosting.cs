using Mesh.Cluster.Certificates;
using Mesh.Cluster.Distribution;
using Mesh.Cluster.Registry;

namespace Mesh.Cluster.Agents;

/// <summary>What agents call: model, reports, certificates.</summary>
internal static class AgentsHosting
{
    /// <summary>An agent's first full report may hold thousands of workloads.</summary>
    private const int MaxReportBytes = 16 << 20;

    public static IServiceCollection AddAgents(this IServiceCollection services)
    {
        services.AddGrpc(grpc => grpc.MaxReceiveMessageSize = MaxReportBytes);
        return services.AddSingleton<AgentDeparture>();
    }

    public static void MapAgents(this IEndpointRouteBuilder routes)
    {
        routes.MapGrpcService<CertificateService>();
        routes.MapGrpcService<ModelDistributionService>();
        routes.MapGrpcService<AgentReportService>();
    }
}
