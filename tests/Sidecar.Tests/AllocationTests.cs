using System.Net;
using System.Net.Sockets;
using System.Text;
using Mesh.Sidecar.Tests.Harness;

namespace Mesh.Sidecar.Tests;

/// <summary>
/// What a request allocates in a pair of proxies, client and application being plain sockets that allocate nothing. Not run beside other
/// tests, whose allocations would count.
/// </summary>
[Collection(nameof(AllocationTests))]
[CollectionDefinition(nameof(AllocationTests), DisableParallelization = true)]
public sealed class AllocationTests
{
    // Measured with .NET 10.0.12 in a debug build, whose state machines are objects of their own. Whoever lowers it lowers it here.
    private const int RecordedBytes = 6040;
    private const double Margin = 1.05;
    private const int Requests = 2000;

    [Fact]
    public async Task Http1_RequestThroughPair_AllocatesNoMoreThanRecorded()
    {
        using var app = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        app.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        app.Listen();
        var answering = new Thread(() => AnswerUntilClosed(app)) { IsBackground = true };
        answering.Start();
        await using var pair = await Pair.StartAsync(((IPEndPoint)app.LocalEndPoint!).Port);
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = 20_000 };
        client.Connect(IPAddress.Loopback, pair.OutboundPort);

        Ask(client, Requests);
        // The least of a few: what else the process does (discovery, timers) only adds.
        var least = long.MaxValue;
        for (var round = 0; round < 5; round++)
        {
            var before = GC.GetTotalAllocatedBytes(precise: true);
            Ask(client, Requests);
            least = Math.Min(least, (GC.GetTotalAllocatedBytes(precise: true) - before) / Requests);
        }
        Assert.True(least <= RecordedBytes * Margin, $"{least} bytes a request through both proxies, recorded are {RecordedBytes}");
#if DEBUG
        Assert.True(least >= RecordedBytes / Margin / Margin, $"{least} bytes a request, much less than the {RecordedBytes} recorded: record it");
#endif
    }

    private static void Ask(Socket client, int requests)
    {
        var request = "GET /some/path?x=1 HTTP/1.1\r\nHost: server:80\r\nUser-Agent: test\r\nAccept: */*\r\n\r\n"u8;
        Span<byte> answer = stackalloc byte[4096];
        for (var i = 0; i < requests; i++)
        {
            client.Send(request);
            var length = 0;
            while (!answer[..length].EndsWith("hello, world"u8))
            {
                var count = client.Receive(answer[length..]);
                if (count == 0) throw new InvalidOperationException("closed after " + Encoding.ASCII.GetString(answer[..length]));
                length += count;
            }
        }
    }

    // The pair closes its pool when it stops, with a reset perhaps; whoever asks notices if it comes earlier.
    private static void AnswerUntilClosed(Socket listener)
    {
        try
        {
            Answer(listener);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // As said above.
        }
    }

    // The pair's pool has one connection.
    private static void Answer(Socket listener)
    {
        using var socket = listener.Accept();
        Span<byte> request = stackalloc byte[4096];
        var length = 0;
        int count;
        while ((count = socket.Receive(request[length..])) > 0)
        {
            length += count;
            if (!request[..length].EndsWith("\r\n\r\n"u8)) continue;
            length = 0;
            socket.Send("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 12\r\n\r\nhello, world"u8);
        }
    }
}
