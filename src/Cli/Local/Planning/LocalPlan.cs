namespace Mesh.Cli.Local.Planning;

/// <summary>Everything <c>up</c> will start, decided before anything is: a pure function of the files, the addresses and the free ports.</summary>
internal sealed record LocalPlan(
    string Name, string TrustDomain, IReadOnlyList<ReplicaFile> Replicas, AgentFile Agent, IReadOnlyList<ProxiedWorkload> Instances)
{
    public IEnumerable<string> ApiUrls => Replicas.Select(replica => $"https://{replica.Address}:9443");
}

/// <summary>One instance of a workload, or a gateway: its registration, and what is started for it.</summary>
internal sealed record ProxiedWorkload(RegistrationFile Registration, SidecarFile? Proxy, AppPlan? App)
{
    /// <summary>NAMESPACE.NAME, as in the names of its files and processes.</summary>
    public string FileName => $"{Registration.Namespace}.{Registration.Name}";

    public string Id => $"{Registration.Namespace}/{Registration.Name}";

    public bool IsGateway => Registration.Role == "gateway";
}

/// <summary>
/// The application of an instance. <see cref="Environment"/> is added to what meshctl itself has, less every variable that configures
/// a proxy.
/// </summary>
internal sealed record AppPlan(
    string FileName, IReadOnlyList<string> Arguments, string WorkingDirectory, IReadOnlyDictionary<string, string> Environment);
