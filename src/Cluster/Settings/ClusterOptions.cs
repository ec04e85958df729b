namespace Mesh.Cluster.Settings;

/// <summary>The settings of one replica, read from <c>--config FILE</c>; the format is docs/reference/processes.md.</summary>
internal sealed record ClusterOptions
{
    /// <summary>Unique in the mesh; part of the replica's SPIFFE ID.</summary>
    public string Name { get; init; } = "";

    /// <summary>The IP address every port binds.</summary>
    public string Address { get; init; } = "";

    public string TrustDomain { get; init; } = "cluster.local";
    public PortOptions Ports { get; init; } = new();
    public BootstrapOptions Bootstrap { get; init; } = new();
    public DatabaseOptions Database { get; init; } = new();
    public RootOptions Root { get; init; } = new();
    public WebhookOptions Webhooks { get; init; } = new();
    public string AdminTokenFile { get; init; } = "";
    public string JoinTokensFile { get; init; } = "";

    /// <summary>Life of a leaf certificate when the request names none, and the longest it may ask for.</summary>
    public double LeafHours { get; init; } = 24;
}

internal sealed record PortOptions
{
    public int Remoting { get; init; } = 4053;
    public int Management { get; init; } = 8558;
    public int Agents { get; init; } = 15012;
    public int Metrics { get; init; } = 15014;
    public int Api { get; init; } = 9443;

    public IEnumerable<(string Name, int Port)> All =>
    [
        ("remoting", Remoting), ("management", Management), ("agents", Agents), ("metrics", Metrics), ("api", Api),
    ];
}

/// <summary>How the first replicas find each other; see Membership/Bootstrap.</summary>
internal sealed record BootstrapOptions
{
    /// <summary><c>HOST:PORT</c> of every replica's management port, this one's included.</summary>
    public IReadOnlyList<string> ContactPoints { get; init; } = [];

    /// <summary>How many must answer before a new cluster may be formed; more than half of the replicas.</summary>
    public int RequiredContactPoints { get; init; } = 1;

    /// <summary>How long the set of contact points must not have changed before a new cluster is formed.</summary>
    public double StableMarginSeconds { get; init; } = 1;

    public double ProbeIntervalSeconds { get; init; } = 0.3;

    /// <summary>False once the cluster exists for good: a replica cut off from all others then waits instead of forming a second one.</summary>
    public bool NewClusterEnabled { get; init; } = true;
}

internal sealed record DatabaseOptions
{
    public string Provider { get; init; } = "sqlite";
    public string ConnectionString { get; init; } = "";
}

/// <summary>The webhooks of Kubernetes; not served without a certificate, whose name has to be the one API servers call.</summary>
internal sealed record WebhookOptions
{
    public int Port { get; init; } = 15017;
    public string Certificate { get; init; } = "";
    public string Key { get; init; } = "";

    public bool AreServed => Certificate.Length > 0;
}

internal sealed record RootOptions
{
    public string Certificate { get; init; } = "";
    public string Key { get; init; } = "";
}
