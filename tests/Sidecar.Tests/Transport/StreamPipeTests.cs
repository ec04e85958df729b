using System.Buffers;
using System.Net.Sockets;
using System.Text;
using Mesh.Sidecar.Transport;

namespace Mesh.Sidecar.Tests.Transport;

public sealed class StreamPipeTests
{
    [Fact]
    public async Task Input_LooksAtMoreThanABufferBeforeItConsumes()
    {
        using var pair = await SocketPair.ConnectAsync();
        var input = new StreamInput(pair.Ours, pair.Ours);
        var sent = new byte[100_000];
        Random.Shared.NextBytes(sent);
        var sending = Task.Run(async () =>
        {
            for (var at = 0; at < sent.Length;) at += await pair.Theirs.SendAsync(sent.AsMemory(at));
        });
        while (true)
        {
            var result = await input.ReadAsync().AsTask().WaitAsync(SocketPair.Limit);
            if (result.Buffer.Length == sent.Length)
            {
                Assert.Equal(sent, result.Buffer.ToArray());
                input.AdvanceTo(result.Buffer.End);
                break;
            }
            input.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        }
        await sending;
        pair.Theirs.Shutdown(SocketShutdown.Send);
        var last = await input.ReadAsync().AsTask().WaitAsync(SocketPair.Limit);
        Assert.True(last.IsCompleted);
        Assert.True(last.Buffer.IsEmpty);
    }

    [Fact]
    public async Task Input_WithBytesNotExamined_GivesThemAgainAtOnce()
    {
        using var pair = await SocketPair.ConnectAsync();
        var input = new StreamInput(pair.Ours, pair.Ours);
        await pair.Theirs.SendAsync("one two"u8.ToArray());
        var result = await input.ReadAtLeastAsync(7).AsTask().WaitAsync(SocketPair.Limit);
        input.AdvanceTo(result.Buffer.GetPosition(4));
        Assert.True(input.TryRead(out result));
        Assert.Equal("two", Encoding.ASCII.GetString(result.Buffer));
        input.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        Assert.False(input.TryRead(out _));
        var more = input.ReadAsync().AsTask();
        Assert.False(more.IsCompleted);
        await pair.Theirs.SendAsync("!"u8.ToArray());
        Assert.Equal("two!", Encoding.ASCII.GetString((await more.WaitAsync(SocketPair.Limit)).Buffer));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Input_CancelledPendingRead_GoesOnLater(bool whileReading)
    {
        using var pair = await SocketPair.ConnectAsync();
        var input = new StreamInput(pair.Ours, pair.Ours);
        if (!whileReading) input.CancelPendingRead();
        var read = input.ReadAsync().AsTask();
        if (whileReading) input.CancelPendingRead();
        var result = await read.WaitAsync(SocketPair.Limit);
        Assert.True(result.IsCanceled);
        input.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        var next = input.ReadAsync().AsTask();
        await pair.Theirs.SendAsync("x"u8.ToArray());
        result = await next.WaitAsync(SocketPair.Limit);
        Assert.False(result.IsCanceled);
        Assert.Equal(1, result.Buffer.Length);
    }

    [Fact]
    public async Task Output_GathersUntilFlushed()
    {
        using var pair = await SocketPair.ConnectAsync();
        var output = new StreamOutput(pair.Ours, pair.Ours);
        var sent = new byte[50_000];
        Random.Shared.NextBytes(sent);
        output.Write(sent.AsSpan(0, 10));
        output.Write(sent.AsSpan(10));
        Assert.Equal(sent.Length, output.UnflushedBytes);
        Assert.Equal(0, pair.Theirs.Available);
        var flushed = await output.FlushAsync();
        Assert.False(flushed.IsCompleted);
        Assert.Equal(0, output.UnflushedBytes);
        var received = new byte[sent.Length];
        for (var at = 0; at < received.Length;) at += await pair.Theirs.ReceiveAsync(received.AsMemory(at)).AsTask().WaitAsync(SocketPair.Limit);
        Assert.Equal(sent, received);
    }

    [Fact]
    public async Task Output_WhosePeerIsGone_IsCompleted()
    {
        using var pair = await SocketPair.ConnectAsync();
        var output = new StreamOutput(pair.Ours, pair.Ours);
        pair.Ours.Abort();
        output.Write("x"u8);
        Assert.True((await output.FlushAsync()).IsCompleted);
        output.Write("y"u8);
        Assert.True((await output.FlushAsync()).IsCompleted);
    }

    [Fact]
    public async Task Output_CancelledPendingFlush_SaysSo()
    {
        using var pair = await SocketPair.ConnectAsync();
        var output = new StreamOutput(pair.Ours, pair.Ours);
        output.Write(new byte[16 * 1024 * 1024]);
        var flush = output.FlushAsync().AsTask();
        Assert.False(flush.IsCompleted);
        output.CancelPendingFlush();
        Assert.True((await flush.WaitAsync(SocketPair.Limit)).IsCanceled);
    }
}
