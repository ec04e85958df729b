namespace Mesh.NodeAgent.Discovery;

/// <summary>One proxy, for <c>/debug/proxies</c>.</summary>
internal sealed record ProxySummary(
    string Id, string Role, bool Connected, string Version, ulong PublishedGeneration, ulong AnsweredGeneration, int Listeners, int Routes, int Clusters, int Endpoints,
    string[] Rejections, string[] Problems)
{
    public static ProxySummary Of(ProxyState proxy) => new(
        proxy.Id.ToString(), proxy.RoleText, proxy.IsConnected, proxy.Version, proxy.Published?.Generation ?? 0, proxy.AnsweredGeneration,
        proxy.Resources.Listeners.Count, proxy.Resources.Routes.Count, proxy.Resources.Clusters.Count, proxy.Resources.Endpoints.Count,
        [.. proxy.Rejections.Select(r => $"{r.Resource}: {r.Reason}")], [.. proxy.Resources.Problems.Select(p => $"{p.Object} {p.Path}: {p.Reason}")]);
}
