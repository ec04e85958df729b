using System.Net;
using Mesh.Bench.LocalMesh;

namespace Mesh.Bench.Peers;

/// <summary>Starts pairs by name, each proven to answer and to demand mutual TLS; ends all of them when disposed. One caller.</summary>
internal sealed class PeerSet(PeerSetup setup, string folder, TextWriter progress) : IDisposable
{
    private static readonly TimeSpan PeerStart = TimeSpan.FromSeconds(20);
    private readonly List<IDisposable> _started = [];

    public async Task<StartedPeer> StartAsync(string name, IPEndPoint application, CancellationToken cancellation)
    {
        progress.WriteLine($"starting {name}");
        IProxyPair? pair = null;
        try
        {
            pair = await CreateAsync(name, application, cancellation);
            _started.Add(pair);
            await ReadyWait.RunAsync(pair, () => pair.Failure, name is "mesh" or "variant" ? setup.StartLimit : PeerStart, cancellation);
            if (pair.Secured is { } secured && await MutualTlsCheck.RunAsync(secured, pair.Host, cancellation) is { } open)
                throw new PeerUnavailableException($"no mutual TLS: {open}");
            return new StartedPeer(pair, pair.Description, null);
        }
        catch (PeerUnavailableException e)
        {
            progress.WriteLine($"  skipped: {e.Message}");
            return new StartedPeer(null, pair?.Description, e.Message);
        }
    }

    public void Dispose()
    {
        // A pair before the mesh it belongs to.
        for (var i = _started.Count - 1; i >= 0; i--)
            _started[i].Dispose();
    }

    private async Task<IProxyPair> CreateAsync(string name, IPEndPoint application, CancellationToken cancellation)
    {
        var own = Directory.CreateDirectory(Path.Combine(folder, name)).FullName;
        return name switch
        {
            "direct" => new DirectPair(application),
            "haproxy" => new HaproxyPair(own, new PeerCertificates(own), application, setup.Threads),
            "nginx" => new NginxPair(own, new PeerCertificates(own), application, setup.Threads),
            "mesh" => await StartMeshAsync(name, own, application, setup.Scale, new Dictionary<string, string>(), cancellation),
            "variant" => await StartMeshAsync(name, own, application, setup.VariantScale ?? setup.Scale, setup.Variant, cancellation),
            _ => throw new PeerUnavailableException("unknown peer; there are mesh, variant, haproxy, nginx and direct"),
        };
    }

    private async Task<IProxyPair> StartMeshAsync(
        string name, string own, IPEndPoint application, MeshScale scale, IReadOnlyDictionary<string, string> environment, CancellationToken cancellation)
    {
        var mesh = new LocalMeshRun(own, Binaries.FindMeshctl(setup.Meshctl), MeshFiles.Pair(application, setup.Replicas, scale), environment);
        _started.Add(mesh);
        return await MeshPair.AttachAsync(name, mesh, "caller", "echo", setup.StartLimit, cancellation);
    }
}

/// <summary>A pair that runs, or why it does not.</summary>
internal sealed record StartedPeer(IProxyPair? Pair, string? Description, string? Skipped);
