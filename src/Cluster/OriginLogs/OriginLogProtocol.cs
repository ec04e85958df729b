using Akka.Actor;
using Mesh.Cluster.Wire;

namespace Mesh.Cluster.OriginLogs;

/// <summary>What actors of the same replica say to <see cref="OriginLogsActor"/> and hear from it; never on the wire.</summary>
internal static class OriginLogProtocol
{
    /// <summary>The owner's changes; answered with <paramref name="Ack"/> once they are in the log and on their way to the peers.</summary>
    public sealed record Append(string Origin, ulong Epoch, IReadOnlyList<OriginEntry> Entries, object? Ack = null);

    /// <summary>A numbered batch of an owner that keeps its own revisions, the configuration log; persisted already.</summary>
    public sealed record Publish(OriginBatch Batch);

    /// <summary>The whole state of such an owner, after it recovered.</summary>
    public sealed record Restore(OriginSnapshot Snapshot);

    /// <summary>From now on <paramref name="Subscriber"/> hears of every change; first what is there.</summary>
    public sealed record Follow(IActorRef Subscriber);

    /// <summary>
    /// A log moved on. With <paramref name="IsWhole"/> its owner started anew, or it is heard of for the first time: the entries are all
    /// there is, not a difference.
    /// </summary>
    public sealed record Advanced(string Origin, ulong Epoch, ulong Revision, IReadOnlyList<OriginEntry> Changes, bool IsWhole);

    /// <summary>The owner of a log was silent for the whole lease: its entries are void.</summary>
    public sealed record Expired(string Origin);
}
