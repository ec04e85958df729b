namespace Mesh.Cli.Local.Planning;

// The options files of the other programs, as docs/reference/processes.md describes them; written as JSON with camelCase names.

/// <summary>Options of <c>mesh-cluster</c>.</summary>
internal sealed record ReplicaFile(
    string Name, string Address, string TrustDomain, BootstrapSection Bootstrap, DatabaseSection Database, RootSection Root,
    string AdminTokenFile, string JoinTokensFile);

internal sealed record BootstrapSection(IReadOnlyList<string> ContactPoints, int RequiredContactPoints);

internal sealed record DatabaseSection(string Provider, string ConnectionString);

internal sealed record RootSection(string Certificate, string Key);

/// <summary>Options of <c>mesh-agent</c>.</summary>
internal sealed record AgentFile(
    string Node, string Address, string TrustDomain, IReadOnlyList<string> Replicas, string RootCertificate, string JoinTokenFile,
    string Socket, string WorkloadsDirectory, string StateDirectory);

/// <summary>Options of <c>mesh-sidecar</c>, in both its roles.</summary>
internal sealed record SidecarFile(
    string Role, string Namespace, string Name, string WorkloadName, string ServiceAccount, IReadOnlyDictionary<string, string> Labels,
    string TrustDomain, string ProxyAddress, string AgentSocket, string TokenFile, int DrainSeconds, string CredentialsDirectory);

/// <summary>A workload's registration with the agent.</summary>
internal sealed record RegistrationFile(
    string Namespace, string Name, string WorkloadName, string ServiceAccount, IReadOnlyDictionary<string, string> Labels, string Role,
    string Address, string ProxyAddress, IReadOnlyDictionary<string, int> Ports, string AppAddress,
    IReadOnlyDictionary<string, string> Aliases, string TokenSha256, string Locality);
