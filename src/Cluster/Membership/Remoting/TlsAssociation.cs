using System.Buffers;
using System.Threading.Channels;
using Akka.Actor;
using Akka.Remote.Transport;
using Google.Protobuf;

namespace Mesh.Cluster.Membership.Remoting;

/// <summary>
/// One connection to a peer, after its TLS handshake. Akka writes from any thread; one loop sends, one receives.
/// <code>
///  Write --> queue (bounded in bytes; full: false, Akka keeps the message and tries again) --> [send loop] --> TLS
///  TLS --> [receive loop, once Akka listens] --> listener
///  Disassociate, the peer's end, or an error --> queue sent within Linger --> closed --> Disassociated
/// </code>
/// </summary>
internal sealed class TlsAssociation : AssociationHandle
{
    /// <summary>How long a closing association may take to send what is queued, and to hear the peer's end.</summary>
    public static readonly TimeSpan Linger = TimeSpan.FromSeconds(1);

    /// <summary>What is queued goes out in pieces of about this size: one write, one TLS record or few.</summary>
    private const int PieceBytes = 32 << 10;

    private readonly Channel<ByteString> _queue = Channel.CreateUnbounded<ByteString>(new UnboundedChannelOptions { SingleReader = true });
    private readonly TaskCompletionSource _closing = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Stream _stream;
    private readonly TlsTransportOptions _options;
    private readonly TimeProvider _time;
    private long _pending;

    public TlsAssociation(Address local, Address remote, Stream stream, TlsTransportOptions options, TimeProvider time)
        : base(local, remote) => (_stream, _options, _time) = (stream, options, time);

    public override bool Write(ByteString payload)
    {
        if (Interlocked.Add(ref _pending, payload.Length) <= _options.MaximumPendingBytes && _queue.Writer.TryWrite(payload)) return true;
        Interlocked.Add(ref _pending, -payload.Length);
        return false;
    }

    [Obsolete("Akka's base class says so: use the overload with a reason.")]
    public override void Disassociate() => Close();

    /// <summary>Sends and receives until either side ends it; completes when the connection is closed. Never faults for the network's sake.</summary>
    public async Task<Exception?> RunAsync()
    {
        var receiving = GuardAsync(ReceiveAsync());
        var sending = GuardAsync(SendAsync());
        try
        {
            await Task.WhenAny(receiving, sending, _closing.Task);
            Close();
            await Task.WhenAny(Task.WhenAll(sending, receiving), Task.Delay(Linger, _time));
        }
        finally
        {
            await _stream.DisposeAsync();
        }
        // The first error is the cause, unless it is only that we closed under the loops.
        return await receiving ?? await sending;
    }

    private void Close()
    {
        _queue.Writer.TryComplete();
        _closing.TrySetResult();
    }

    private async Task SendAsync()
    {
        var piece = new ArrayBufferWriter<byte>(PieceBytes);
        while (await _queue.Reader.WaitToReadAsync())
        {
            while (piece.WrittenCount < PieceBytes && _queue.Reader.TryRead(out var payload))
            {
                Frames.Write(piece, payload);
                Interlocked.Add(ref _pending, -payload.Length);
            }
            await _stream.WriteAsync(piece.WrittenMemory);
            piece.ResetWrittenCount();
        }
        if (_stream is System.Net.Security.SslStream tls) await tls.ShutdownAsync();
    }

    private async Task ReceiveAsync()
    {
        // Should Akka have given up on the association by the time it was made, nobody would ever listen.
        var listener = await ReadHandlerSource.Task.WaitAsync(_options.HandshakeTimeout, _time);
        try
        {
            await ReceiveAsync(listener);
        }
        finally
        {
            listener.Notify(new Disassociated(DisassociateInfo.Unknown));
        }
    }

    private async Task ReceiveAsync(IHandleEventListener listener)
    {
        var buffer = new byte[PieceBytes];
        var filled = 0;
        while (await _stream.ReadAsync(buffer.AsMemory(filled)) is > 0 and var read)
        {
            filled += read;
            var left = Deliver(buffer.AsSpan(0, filled), listener);
            buffer.AsSpan(filled - left, left).CopyTo(buffer);
            filled = left;
            if (filled == buffer.Length) Array.Resize(ref buffer, Math.Min(2 * buffer.Length, Frames.HeaderBytes + _options.MaximumFrameBytes));
        }
    }

    /// <returns>How many bytes at the end are the beginning of a frame.</returns>
    private int Deliver(ReadOnlySpan<byte> received, IHandleEventListener listener)
    {
        while (Frames.TryRead(ref received, _options.MaximumFrameBytes, out var payload))
            if (!_closing.Task.IsCompleted) listener.Notify(new InboundPayload(ByteString.CopyFrom(payload)));
        return received.Length;
    }

    private async Task<Exception?> GuardAsync(Task loop)
    {
        try
        {
            await loop;
            return null;
        }
        catch (Exception e) when (TlsTransport.IsOfTheNetwork(e))
        {
            return _closing.Task.IsCompleted ? null : e;
        }
    }
}
