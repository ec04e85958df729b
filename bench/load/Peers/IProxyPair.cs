using System.Net;
using Mesh.Bench.Kernel;

namespace Mesh.Bench.Peers;

/// <summary>
/// A proxy on the caller's side and one on the application's side with mutual TLS between them, running. Disposing ends both.
/// </summary>
internal interface IProxyPair : IDisposable
{
    string Name { get; }

    /// <summary>Version and kind, for the record.</summary>
    string Description { get; }

    /// <summary>Where the caller's side takes plain HTTP/1.1.</summary>
    IPEndPoint Entry { get; }

    /// <summary>The Host the entry expects.</summary>
    string Host { get; }

    /// <summary>Where the application's side takes mutual TLS; null when there is no pair between (the direct row).</summary>
    IPEndPoint? Secured { get; }

    /// <summary>Null while every process of it runs, else what ended and its last words.</summary>
    string? Failure { get; }

    Usage? ClientSide { get; }

    Usage? ServerSide { get; }

    /// <summary>Bytes each side has allocated on its managed heap since it started, as it says itself; null for a peer that has none.</summary>
    Task<(double? Client, double? Server)> AllocatedAsync(CancellationToken cancellation) => Task.FromResult<(double? Client, double? Server)>((null, null));

    /// <summary>Checks what the peer claims to have done after <paramref name="requests"/> were answered through it.</summary>
    /// <returns>Null, or what is wrong with it.</returns>
    Task<string?> VerifyAsync(long requests, CancellationToken cancellation);
}
