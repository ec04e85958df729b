using System.Net;

namespace Mesh.Sidecar.Upstreams;

/// <summary>
/// Lets it be known whether a request with a body was taken by the upstream. Where the upstream says that it was not (a refused stream, GOAWAY), the HTTP/2 client
/// beneath calls off the sending of the body and sends the request again by itself; whichever of the two it notices first it reports. So
/// a body that is called off waits a moment for the second sending, which is refused: what was read of the body is gone, and repeating is for the retry policy.
/// </summary>
internal sealed class RepeatedSending(HttpMessageHandler inner, TimeProvider time) : DelegatingHandler(inner)
{
    /// <summary>Between the two there is no more than a switch of threads.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(250);

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Content is { } content) request.Content = new OnceOnly(content, time, cancellationToken);
        return base.SendAsync(request, cancellationToken);
    }

    private sealed class OnceOnly : HttpContent
    {
        private readonly HttpContent _inner;
        private readonly TimeProvider _time;
        private readonly CancellationToken _ended;
        private readonly TaskCompletionSource _again = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _sendings;

        public OnceOnly(HttpContent inner, TimeProvider time, CancellationToken ended)
        {
            (_inner, _time, _ended) = (inner, time, ended);
            foreach (var (name, values) in inner.Headers.NonValidated) Headers.TryAddWithoutValidation(name, values);
        }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            if (Interlocked.Increment(ref _sendings) > 1)
            {
                _again.TrySetResult();
                throw new SentAgainException();
            }
            try
            {
                await _inner.CopyToAsync(stream, context, cancellationToken);
            }
            finally
            {
                // Not where the whole request is over: nobody would send it again.
                if (cancellationToken.IsCancellationRequested && !_ended.IsCancellationRequested)
                    await _again.Task.WaitAsync(Patience, _time, _ended).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing) _inner.Dispose();
            base.Dispose(disposing);
        }
    }
}

/// <summary>The upstream did not take the request, and it cannot simply be sent again: its body was begun.</summary>
internal sealed class SentAgainException() : InvalidOperationException("the upstream did not take the request, whose body was begun");
