using System.Diagnostics;
using System.Net;
using System.Text;
using Mesh.Bench.Load;
using Mesh.Bench.Net;

namespace Mesh.Bench.Propagation;

/// <summary>
/// Sends requests back to back over one keep-alive connection through the caller's sidecar and watches which version answers.
/// One watch at a time, on the thread that calls it.
/// </summary>
internal sealed class Prober : IDisposable
{
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(10);
    private readonly IPEndPoint _entry;
    private readonly byte[] _request;
    private LoadConnection _connection;
    private PollSet<bool> _poll = new();

    public Prober(IPEndPoint entry, string host)
    {
        (_entry, _request) = (entry, Requests.Get(host));
        _connection = Connect();
    }

    /// <summary>
    /// Watches until <paramref name="stop"/>: completes <paramref name="seen"/> with the time of the first answer of
    /// <paramref name="version"/>, and counts failures and answers of another version after it.
    /// </summary>
    public ProbeCounts Watch(string version, TaskCompletionSource<long> seen, CancellationToken stop)
    {
        var expected = Encoding.ASCII.GetBytes(version);
        var counts = new ProbeCounts(0, 0, 0);
        try
        {
            while (!stop.IsCancellationRequested)
            {
                counts = counts with { Requests = counts.Requests + 1 };
                var answer = Ask(expected);
                if (answer is Answer.Failed)
                    counts = counts with { Failures = counts.Failures + 1 };
                else if (answer is Answer.Expected)
                    seen.TrySetResult(Stopwatch.GetTimestamp());
                else if (seen.Task.IsCompleted)
                    counts = counts with { Relapses = counts.Relapses + 1 };
            }
        }
        catch (Exception e)
        {
            seen.TrySetException(e); // Nobody would wait for the counts while the first answer is still awaited.
            throw;
        }

        return counts;
    }

    public void Dispose() => _connection.Dispose();

    private Answer Ask(byte[] expected)
    {
        try
        {
            _connection.Send(_request, Stopwatch.GetTimestamp());
            while (_poll.Wait(AnswerLimit) > 0)
            {
                if (!_connection.TryReceive(out var status, out var body))
                    continue;
                if (status != 200)
                    return Answer.Failed;
                return body.SequenceEqual(expected) ? Answer.Expected : Answer.Other;
            }
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            // Counted as failed below; the next question needs a new connection.
        }

        _connection.Dispose();
        _connection = Connect();
        return Answer.Failed;
    }

    private LoadConnection Connect()
    {
        var connection = LoadConnection.Open(_entry);
        _poll = new PollSet<bool>();
        _poll.Add(connection.Socket, true);
        return connection;
    }

    private enum Answer
    {
        Failed,
        Other,
        Expected,
    }
}

/// <summary>What a watch saw besides the first answer of the new version.</summary>
internal sealed record ProbeCounts(long Requests, long Failures, long Relapses)
{
    public static ProbeCounts operator +(ProbeCounts a, ProbeCounts b) =>
        new(a.Requests + b.Requests, a.Failures + b.Failures, a.Relapses + b.Relapses);
}
