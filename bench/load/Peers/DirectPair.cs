using System.Net;
using Mesh.Bench.Kernel;

namespace Mesh.Bench.Peers;

/// <summary>No proxy at all: what the generator and the application cost on this machine, the floor of every latency.</summary>
internal sealed class DirectPair(IPEndPoint application) : IProxyPair
{
    public string Name => "direct";

    public string Description => "generator to application, no proxy";

    public IPEndPoint Entry => application;

    public string Host => "echo";

    public IPEndPoint? Secured => null;

    public string? Failure => null;

    public Usage? ClientSide => null;

    public Usage? ServerSide => null;

    public Task<string?> VerifyAsync(long requests, CancellationToken cancellation) => Task.FromResult<string?>(null);

    public void Dispose()
    {
    }
}
