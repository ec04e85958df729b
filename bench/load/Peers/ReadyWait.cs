using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using Mesh.Bench.Load;
using Mesh.Bench.Net;

namespace Mesh.Bench.Peers;

/// <summary>Waits until a GET through a pair is answered 200.</summary>
internal static class ReadyWait
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <param name="pair">The pair, started.</param>
    /// <param name="alive">Answers null, or why waiting on is in vain.</param>
    /// <param name="limit">How long.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public static async Task RunAsync(IProxyPair pair, Func<string?> alive, TimeSpan limit, CancellationToken cancellation)
    {
        var request = Requests.Get(pair.Host);
        var start = Stopwatch.GetTimestamp();
        while (true)
        {
            var (status, problem) = TryOnce(pair, request);
            if (status == 200)
                return;
            if (alive() is { } reason)
                throw new PeerUnavailableException(reason);
            if (Stopwatch.GetElapsedTime(start) > limit)
                throw new PeerUnavailableException($"no answer 200 at {pair.Entry} within {limit.TotalSeconds:0} s; last: {problem}");
            await Task.Delay(Pause, cancellation);
        }
    }

    private static (int Status, string Problem) TryOnce(IProxyPair pair, byte[] request)
    {
        try
        {
            using var connection = LoadConnection.Open(pair.Entry);
            connection.Send(request, Stopwatch.GetTimestamp());
            var wait = new PollSet<bool>();
            wait.Add(connection.Socket, true);
            while (wait.Wait(TimeSpan.FromSeconds(5)) > 0)
            {
                if (connection.TryReceive(out var status, out var body))
                    return (status, $"status {status}: {Encoding.UTF8.GetString(body)}");
            }

            return (0, "no answer within 5 s");
        }
        catch (Exception e) when (e is SocketException or IOException or InvalidDataException)
        {
            return (0, e.Message);
        }
    }
}
