using Akka.Actor;
using Akka.Persistence;

namespace Mesh.Cluster.Config;

/// <summary>
/// Asks the journal, once, for the highest sequence number of a log, and tells its parent with what it was asked for. Lives for one
/// question; says nothing when the journal cannot answer, because then nothing is known.
/// </summary>
internal sealed partial class JournalHead : ReceiveActor
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly string _persistenceId;
    private readonly long _known;

    public JournalHead(string persistenceId, long known, object subject, ILogger log)
    {
        (_persistenceId, _known) = (persistenceId, known);
        Receive<RecoverySuccess>(answer => Finish(new Found(answer.HighestSequenceNr, subject)));
        Receive<ReplayMessagesFailure>(failure =>
        {
            Log.Unknown(log, failure.Cause);
            Finish(null);
        });
        Receive<ReceiveTimeout>(_ =>
        {
            Log.Silent(log, Patience);
            Finish(null);
        });
        Context.SetReceiveTimeout(Patience);
    }

    /// <summary>The journal's answer, and what it was asked for.</summary>
    public sealed record Found(long SequenceNr, object Subject);

    /// <summary>One question; <paramref name="known"/> is the sequence number that the asker is at: the journal need not look further back.</summary>
    public static Props Props(string persistenceId, long known, object subject, ILogger log) =>
        Akka.Actor.Props.Create(() => new JournalHead(persistenceId, known, subject, log));

    // A replay up to nothing: it replays no event, and its end names the highest sequence number, read from the database.
    protected override void PreStart() => Persistence.Instance.Apply(Context.System).JournalFor("")
        .Tell(new ReplayMessages(_known + 1, 0, 0, _persistenceId, Self));

    private void Finish(Found? found)
    {
        if (found is not null) Context.Parent.Tell(found);
        Context.Stop(Self);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "The journal cannot say how far it is; the request is not answered and will be repeated")]
        public static partial void Unknown(ILogger logger, Exception cause);

        [LoggerMessage(LogLevel.Warning, "The journal did not say within {Patience} how far it is; the request is not answered and will be repeated")]
        public static partial void Silent(ILogger logger, TimeSpan patience);
    }
}
