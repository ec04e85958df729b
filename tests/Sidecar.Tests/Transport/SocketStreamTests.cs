using System.Net;
using System.Net.Sockets;
using Mesh.Sidecar.Tests.Harness;
using Mesh.Sidecar.Transport;

namespace Mesh.Sidecar.Tests.Transport;

public sealed class SocketStreamTests
{
    [Fact]
    public async Task Read_AfterShortReads_GetsWhatComesLaterAndTheEnd()
    {
        using var pair = await SocketPair.ConnectAsync();
        var buffer = new byte[100];
        for (byte i = 1; i <= 50; i++)
        {
            var read = pair.Ours.ReadAsync(buffer);
            await pair.Theirs.SendAsync(new[] { i });
            Assert.Equal(1, await read.AsTask().WaitAsync(SocketPair.Limit));
            Assert.Equal(i, buffer[0]);
        }
        // The end arrives with the last bytes: a short read must not hide it.
        await pair.Theirs.SendAsync("end"u8.ToArray());
        pair.Theirs.Shutdown(SocketShutdown.Send);
        var total = 0;
        int count;
        while ((count = await pair.Ours.ReadAsync(buffer).AsTask().WaitAsync(SocketPair.Limit)) > 0) total += count;
        Assert.Equal(3, total);
        Assert.Equal(0, await pair.Ours.ReadAsync(buffer).AsTask().WaitAsync(SocketPair.Limit));
    }

    [Fact]
    public async Task ReadOfNothing_WaitsUntilSomethingIsThere()
    {
        using var pair = await SocketPair.ConnectAsync();
        var waiting = pair.Ours.ReadAsync(Memory<byte>.Empty).AsTask();
        Assert.False(waiting.IsCompleted);
        await pair.Theirs.SendAsync("x"u8.ToArray());
        Assert.Equal(0, await waiting.WaitAsync(SocketPair.Limit));
        Assert.Equal(1, await pair.Ours.ReadAsync(new byte[10]).AsTask().WaitAsync(SocketPair.Limit));
    }

    [Fact]
    public async Task BothDirections_WithSlowPeer_LoseNothingAndHoldBack()
    {
        using var pair = await SocketPair.ConnectAsync();
        var sent = new byte[16 * 1024 * 1024];
        Random.Shared.NextBytes(sent);
        var writing = pair.Ours.WriteAsync(sent).AsTask();
        // More than loopback's buffers hold: the write waits for the reader.
        Assert.False(writing.IsCompleted);
        var received = new byte[sent.Length];
        for (var at = 0; at < received.Length;) at += await pair.Theirs.ReceiveAsync(received.AsMemory(at, Math.Min(received.Length - at, 50_000)));
        await writing.WaitAsync(SocketPair.Limit);
        Assert.True(received.AsSpan().SequenceEqual(sent));

        var back = Task.Run(async () =>
        {
            for (var at = 0; at < sent.Length;) at += await pair.Theirs.SendAsync(sent.AsMemory(at));
        });
        Array.Clear(received);
        await pair.Ours.ReadExactlyAsync(received).AsTask().WaitAsync(SocketPair.Limit);
        await back;
        Assert.True(received.AsSpan().SequenceEqual(sent));
    }

    [Fact]
    public async Task News_OfAConnectionThatIsGone_DoesNotReachItsSuccessor()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        using var loop = new EventLoop(0);
        var (holder, holderPeer) = await ConnectAsync(listener, loop);
        var (first, firstPeer) = await ConnectAsync(listener, loop);
        var (doomed, doomedPeer) = await ConnectAsync(listener, loop);
        // A connect completes on the loop, which this test is about to hold up.
        await Task.Yield();
        using var held = new ManualResetEventSlim();
        using var release = new ManualResetEventSlim();
        // Both go on where their bytes come: on the loop.
        var holding = HoldAsync();
        var succeeding = SucceedAsync();

        await holderPeer.SendAsync("x"u8.ToArray());
        Assert.True(held.Wait(SocketPair.Limit));
        // Reported together, in this order: what the first sets off gives the other's place to a new connection.
        await firstPeer.SendAsync("x"u8.ToArray());
        doomedPeer.LingerState = new LingerOption(true, 0);
        doomedPeer.Close();
        release.Set();
        await holding.WaitAsync(SocketPair.Limit);
        using var successor = await succeeding.WaitAsync(SocketPair.Limit);
        using var successorPeer = await listener.AcceptAsync();

        var gone = false;
        successor.OnPeerGone(() => gone = true);
        await successorPeer.SendAsync("x"u8.ToArray());
        Assert.Equal(1, await successor.ReadAsync(new byte[10]).AsTask().WaitAsync(SocketPair.Limit));
        Assert.False(gone);

        async Task HoldAsync()
        {
            await holder.ReadAsync(new byte[10]).ConfigureAwait(false);
            held.Set();
            release.Wait(SocketPair.Limit);
        }

        async Task<SocketStream> SucceedAsync()
        {
            await first.ReadAsync(new byte[10]).ConfigureAwait(false);
            doomed.Dispose();
            return await SocketStream.ConnectAsync((IPEndPoint)listener.LocalEndPoint!, loop, CancellationToken.None).ConfigureAwait(false);
        }
    }

    private static async Task<(SocketStream Ours, Socket Theirs)> ConnectAsync(Socket listener, EventLoop loop)
    {
        var ours = await SocketStream.ConnectAsync((IPEndPoint)listener.LocalEndPoint!, loop, CancellationToken.None);
        return (ours, await listener.AcceptAsync());
    }

    [Fact]
    public async Task CancelledRead_LeavesTheStreamUsable()
    {
        using var pair = await SocketPair.ConnectAsync();
        using var cancel = new CancellationTokenSource();
        var read = pair.Ours.ReadAsync(new byte[10], cancel.Token).AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => read.WaitAsync(SocketPair.Limit));
        var next = pair.Ours.ReadAsync(new byte[10]).AsTask();
        Assert.False(next.IsCompleted);
        await pair.Theirs.SendAsync("x"u8.ToArray());
        Assert.Equal(1, await next.WaitAsync(SocketPair.Limit));
    }

    [Fact]
    public async Task CancelRead_BeforeAnyRead_MeetsTheNextOneOnly()
    {
        using var pair = await SocketPair.ConnectAsync();
        pair.Ours.CancelRead();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pair.Ours.ReadAsync(new byte[10]).AsTask().WaitAsync(SocketPair.Limit));
        var next = pair.Ours.ReadAsync(new byte[10]).AsTask();
        Assert.False(next.IsCompleted);
        await pair.Theirs.SendAsync("x"u8.ToArray());
        Assert.Equal(1, await next.WaitAsync(SocketPair.Limit));
    }

    [Fact]
    public async Task CancelledWrite_EndsTheWait()
    {
        using var pair = await SocketPair.ConnectAsync();
        using var cancel = new CancellationTokenSource();
        var writing = pair.Ours.WriteAsync(new byte[16 * 1024 * 1024], cancel.Token).AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => writing.WaitAsync(SocketPair.Limit));
    }

    [Fact]
    public async Task Abort_EndsPendingReadAndResetsThePeer()
    {
        using var pair = await SocketPair.ConnectAsync();
        var read = pair.Ours.ReadAsync(new byte[10]).AsTask();
        pair.Ours.Abort();
        await Assert.ThrowsAsync<IOException>(() => read.WaitAsync(SocketPair.Limit));
        var reset = await Assert.ThrowsAsync<SocketException>(() => pair.Theirs.ReceiveAsync(new byte[10]).WaitAsync(SocketPair.Limit));
        Assert.Equal(SocketError.ConnectionReset, reset.SocketErrorCode);
        await Assert.ThrowsAsync<IOException>(() => pair.Ours.WriteAsync(new byte[1]).AsTask());
    }

    [Fact]
    public async Task PeerThatGoes_IsNoticedWithoutARead()
    {
        using var pair = await SocketPair.ConnectAsync();
        var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        pair.Ours.OnPeerGone(gone.SetResult);
        Assert.False(gone.Task.IsCompleted);
        pair.Theirs.Dispose();
        await gone.Task.WaitAsync(SocketPair.Limit);
    }

    [Fact]
    public async Task ShutdownSend_EndsOneDirectionOnly()
    {
        using var pair = await SocketPair.ConnectAsync();
        pair.Ours.ShutdownSend();
        Assert.Equal(0, await pair.Theirs.ReceiveAsync(new byte[1]).WaitAsync(SocketPair.Limit));
        await pair.Theirs.SendAsync("still"u8.ToArray());
        await pair.Ours.ReadExactlyAsync(new byte[5]).AsTask().WaitAsync(SocketPair.Limit);
    }

    [Fact]
    public async Task Peek_TakesNothingAndWaitsForMoreThanSeen()
    {
        using var pair = await SocketPair.ConnectAsync();
        var head = new byte[8];
        await pair.Theirs.SendAsync("ab"u8.ToArray());
        Assert.Equal(2, await pair.Ours.PeekAsync(head, 0, CancellationToken.None).AsTask().WaitAsync(SocketPair.Limit));
        var more = pair.Ours.PeekAsync(head, 2, CancellationToken.None).AsTask();
        await pair.Theirs.SendAsync("c"u8.ToArray());
        Assert.Equal(3, await more.WaitAsync(SocketPair.Limit));
        Assert.Equal(3, await pair.Ours.ReadAsync(head).AsTask().WaitAsync(SocketPair.Limit));
        Assert.Equal("abc"u8.ToArray(), head[..3]);
    }

    [Fact]
    public async Task Peek_WhenPeerEndsInTheMiddle_GivesWhatThereIs()
    {
        using var pair = await SocketPair.ConnectAsync();
        var head = new byte[8];
        await pair.Theirs.SendAsync("ab"u8.ToArray());
        Assert.Equal(2, await pair.Ours.PeekAsync(head, 0, CancellationToken.None).AsTask().WaitAsync(SocketPair.Limit));
        var more = pair.Ours.PeekAsync(head, 2, CancellationToken.None).AsTask();
        pair.Theirs.Shutdown(SocketShutdown.Send);
        Assert.Equal(2, await more.WaitAsync(SocketPair.Limit));
    }

    [Fact]
    public async Task Connect_WhereNobodyListens_SaysRefused()
    {
        using var loop = new EventLoop(0);
        var error = await Assert.ThrowsAsync<IOException>(
            () => SocketStream.ConnectAsync(new IPEndPoint(IPAddress.Loopback, FreePort.Next()), loop, CancellationToken.None).AsTask().WaitAsync(SocketPair.Limit));
        Assert.Equal(SocketError.ConnectionRefused, Assert.IsType<SocketException>(error.InnerException).SocketErrorCode);
    }

    [Fact]
    public async Task OneBusyConnection_DoesNotStarveAnotherOfItsLoop()
    {
        using var busy = await SocketPair.ConnectAsync();
        using var flood = new CancellationTokenSource();
        var flooding = Task.Run(async () =>
        {
            var chunk = new byte[256 * 1024];
            try
            {
                while (!flood.IsCancellationRequested) await busy.Theirs.SendAsync(chunk, flood.Token);
            }
            catch (OperationCanceledException)
            {
            }
        });
        var reading = Task.Run(async () =>
        {
            // Small reads: the socket is never found empty.
            var buffer = new byte[512];
            while (await busy.Ours.ReadAsync(buffer) > 0) { }
        });

        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        await using var ours = await SocketStream.ConnectAsync((IPEndPoint)listener.LocalEndPoint!, busy.Loop, CancellationToken.None);
        using var theirs = await listener.AcceptAsync();
        for (var i = 0; i < 20; i++)
        {
            var read = ours.ReadAsync(new byte[10]).AsTask();
            await theirs.SendAsync("x"u8.ToArray());
            Assert.Equal(1, await read.WaitAsync(SocketPair.Limit));
        }
        await flood.CancelAsync();
        await flooding;
        busy.Theirs.Shutdown(SocketShutdown.Send);
        await reading.WaitAsync(SocketPair.Limit);
    }

    [Fact]
    public async Task EndOfTheLoop_EndsItsConnections()
    {
        using var pair = await SocketPair.ConnectAsync();
        var read = pair.Ours.ReadAsync(new byte[10]).AsTask();
        pair.Loop.Dispose();
        await Assert.ThrowsAsync<IOException>(() => read.WaitAsync(SocketPair.Limit));
    }
}
