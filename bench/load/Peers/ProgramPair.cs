using System.Net;
using Mesh.Bench.Kernel;

namespace Mesh.Bench.Peers;

/// <summary>Two processes of one well-known proxy: <see cref="Client"/> takes requests in plain text, <see cref="Server"/> with mutual TLS.</summary>
internal abstract class ProgramPair(string name) : IProxyPair
{
    public string Name => name;

    public string Description { get; protected init; } = "";

    public IPEndPoint Entry { get; } = new(IPAddress.Loopback, Programs.FreePort());

    public string Host => "echo";

    public IPEndPoint Secured { get; } = new(IPAddress.Loopback, Programs.FreePort());

    IPEndPoint? IProxyPair.Secured => Secured;

    public string? Failure => Client.Failure ?? Server.Failure;

    public Usage? ClientSide => Usage.Of(Client.Id);

    public Usage? ServerSide => Usage.Of(Server.Id);

    protected Child Client { get; init; } = null!;

    protected Child Server { get; init; } = null!;

    public Task<string?> VerifyAsync(long requests, CancellationToken cancellation) => Task.FromResult<string?>(null);

    public void Dispose()
    {
        Client.Dispose();
        Server.Dispose();
    }
}
