namespace Mesh.Cluster.OriginLogs;

internal sealed record OriginLogsOptions
{
    public required string Replica { get; init; }
    public required string Address { get; init; }

    /// <summary>A lost batch is noticed after at most this; each beacon is a few hundred bytes.</summary>
    public TimeSpan BeaconInterval { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Catch-up of one log is not asked for more often: one gap usually makes several batches unusable.</summary>
    public TimeSpan CatchUpInterval { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>How long the entries of a silent owner stay; agents re-attach elsewhere within a second or two.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(30);
}
