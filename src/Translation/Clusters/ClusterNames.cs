namespace Mesh.Translation.Clusters;

/// <summary>Istio's cluster names.</summary>
internal static class ClusterNames
{
    public const string BlackHole = "BlackHoleCluster";
    public const string Passthrough = "PassthroughCluster";

    /// <summary>The proxy's own peers.</summary>
    public const string Local = "local_cluster";

    public static string Outbound(int port, string subset, string host) => $"outbound|{port}|{subset}|{host}";

    public static string Inbound(int targetPort) => $"inbound|{targetPort}||";

    /// <summary>The server name sent for an outbound cluster: the same parts in a form DNS allows.</summary>
    public static string Sni(int port, string subset, string host) => $"outbound_.{port}_.{subset}_.{host}";
}
