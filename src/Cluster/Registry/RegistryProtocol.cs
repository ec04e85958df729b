using Mesh.Protocol.V1;

namespace Mesh.Cluster.Registry;

/// <summary>What agents' streams say to the registry of their replica; never on the wire.</summary>
internal static class RegistryProtocol
{
    /// <summary>A stream opened; answered with <see cref="Attached"/>.</summary>
    public sealed record Attach(string Node, ulong Incarnation, string Version, Guid Session);

    public sealed record Attached(bool Accepted);

    /// <summary>One report; answered with <see cref="Reported"/> when it is in the origin log.</summary>
    public sealed record Report(string Node, Guid Session, AgentReport Message);

    public sealed record Reported(ulong Sequence);

    /// <summary>The stream ended; not answered.</summary>
    public sealed record Detach(string Node, Guid Session);
}
