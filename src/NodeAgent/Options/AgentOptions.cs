using System.Collections.Immutable;
using System.Net;

namespace Mesh.NodeAgent.Options;

/// <summary>The agent's configuration file, validated; docs/reference/processes.md describes every field.</summary>
internal sealed record AgentOptions
{
    public required string Node { get; init; }
    public required IPAddress Address { get; init; }
    public required string TrustDomain { get; init; }
    public required ImmutableArray<DnsEndPoint> Replicas { get; init; }
    public required string RootCertificate { get; init; }
    public required string JoinTokenFile { get; init; }
    public required string Socket { get; init; }
    public required string WorkloadsDirectory { get; init; }
    public required string StateDirectory { get; init; }
    public int HealthPort { get; init; } = 15020;
}
