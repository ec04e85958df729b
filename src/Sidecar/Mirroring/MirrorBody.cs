using System.Buffers;
using System.IO.Pipelines;
using System.Net;

namespace Mesh.Sidecar.Mirroring;

/// <summary>
/// The body of a copy: what the caller's request gives, as it passes. The caller's side never waits; when the mirror lags behind by more
/// than <see cref="Limit"/>, or all mirrors by more than their budget, the copy is cut. One writer, one reader.
/// </summary>
internal sealed class MirrorBody(MirrorBudget budget) : HttpContent
{
    /// <summary>
    /// A quarter of what all copies may hold. On loopback a body is through before the mirror's connection stands: with the window of an HTTP/2
    /// stream as the limit, healthy mirrors lost bodies of a megabyte.
    /// </summary>
    public const int Limit = 4 * 1024 * 1024;

    private readonly Pipe _pipe = new(new PipeOptions(pauseWriterThreshold: 0, resumeWriterThreshold: 0, useSynchronizationContext: false));
    private readonly Lock _writing = new();
    private long _held;
    private bool _ended;
    private bool _disposed;

    /// <summary>The mirror did not keep up, or the caller gave up: the copy is not whole.</summary>
    public bool IsCut { get; private set; }

    /// <summary>Called once, under a lock: a copy that is cut has no reason to wait for a mirror that reads nothing.</summary>
    public Action? OnCut { get; set; }

    /// <summary>Called by the caller's side for each piece; does not wait.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        lock (_writing)
        {
            if (_ended) return;
            if (_held + bytes.Length > Limit || !budget.TryHold(bytes.Length))
            {
                CutWhileLocked();
                return;
            }
            _held += bytes.Length;
            _pipe.Writer.Write(bytes);
            // Without a pause threshold a flush completes at once; the reader goes on on a thread of its own.
            var flushed = _pipe.Writer.FlushAsync();
            if (!flushed.IsCompletedSuccessfully || flushed.Result.IsCompleted) _ended = true;
        }
    }

    /// <summary>The caller's body is at its end.</summary>
    public void End()
    {
        lock (_writing)
        {
            if (_ended) return;
            _ended = true;
            _pipe.Writer.Complete();
        }
    }

    /// <summary>The caller's exchange is over; a body that was not read to its end is none.</summary>
    public void Cut()
    {
        lock (_writing)
            if (!_ended) CutWhileLocked();
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                var read = await _pipe.Reader.ReadAsync(cancellationToken);
                foreach (var piece in read.Buffer) await stream.WriteAsync(piece, cancellationToken);
                var length = read.Buffer.Length;
                _pipe.Reader.AdvanceTo(read.Buffer.End);
                Freed(length);
                if (read.IsCompleted) return;
                await stream.FlushAsync(cancellationToken);
            }
        }
        finally
        {
            await _pipe.Reader.CompleteAsync();
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Cut();
            // What the reader did not take goes with the pipe.
            lock (_writing)
            {
                _disposed = true;
                budget.Free(_held);
            }
        }
        base.Dispose(disposing);
    }

    private void CutWhileLocked()
    {
        IsCut = _ended = true;
        _pipe.Writer.Complete(new IOException("the mirror did not keep up, or the caller's request ended early"));
        OnCut?.Invoke();
    }

    private void Freed(long bytes)
    {
        lock (_writing)
        {
            if (_disposed) return;
            _held -= bytes;
            budget.Free(bytes);
        }
    }
}
