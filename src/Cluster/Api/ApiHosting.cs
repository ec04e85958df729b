namespace Mesh.Cluster.Api;

internal static class ApiHosting
{
    public static IServiceCollection AddApi(this IServiceCollection services) => services
        .AddSingleton<ApiAccess>()
        .AddSingleton<ConfigEdge>()
        .AddSingleton<AgentPresences>()
        .AddSingleton<MeshStatus>()
        .AddSingleton<Waiting>()
        .ConfigureHttpJsonOptions(json => json.SerializerOptions.PropertyNameCaseInsensitive = true);

    public static void MapApi(this IEndpointRouteBuilder routes)
    {
        routes.MapApply();
        routes.MapObjects();
        routes.MapStatus();
    }
}
