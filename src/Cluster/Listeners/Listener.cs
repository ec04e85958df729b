namespace Mesh.Cluster.Listeners;

/// <summary>The HTTP ports of a replica. Each has its own routes; none answers another's.</summary>
internal enum Listener
{
    Management,
    Agents,
    Metrics,
    Api,
    Webhooks,
}
