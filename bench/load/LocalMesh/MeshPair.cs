using System.Globalization;
using System.Net;
using Mesh.Bench.Kernel;
using Mesh.Bench.Peers;

namespace Mesh.Bench.LocalMesh;

/// <summary>
/// Our pair: two workloads of a mesh that <c>meshctl up</c> started, STRICT mutual TLS, metrics on as they always are. The harness
/// stands where the calling application would, at the alias of the Service, and is the other application too.
/// </summary>
internal sealed class MeshPair : IProxyPair
{
    private const string Service = "default/echo";
    private static readonly TimeSpan Probe = TimeSpan.FromMilliseconds(100);
    private readonly LocalMeshRun _mesh;
    private readonly WorkloadRegistration _caller;
    private readonly WorkloadRegistration _echo;
    private readonly int _callerProcess;
    private readonly int _echoProcess;
    private readonly MetricsCount _metrics = new();

    private MeshPair(string name, LocalMeshRun mesh, WorkloadRegistration caller, WorkloadRegistration echo, int callerProcess, int echoProcess)
    {
        Name = name;
        (_mesh, _caller, _echo) = (mesh, caller, echo);
        (_callerProcess, _echoProcess) = (callerProcess, echoProcess);
        Entry = new IPEndPoint(caller.Aliases[Service], MeshFiles.ServicePort);
        Secured = new IPEndPoint(echo.Address, MeshFiles.TargetPort);
        Description = $"mesh-sidecar, {Binaries.KindOf(_callerProcess)}, metrics on, {Environment.ProcessorCount} processors";
    }

    public string Name { get; }

    public string Description { get; }

    public IPEndPoint Entry { get; }

    public string Host => "echo";

    public IPEndPoint Secured { get; }

    public string? Failure => _mesh.Failure;

    public Usage? ClientSide => Usage.Of(_callerProcess);

    public Usage? ServerSide => Usage.Of(_echoProcess);

    /// <summary>
    /// Waits until the two workloads of a mesh that was just started are registered and their sidecars are there; that a request
    /// passes is the caller's to await. The mesh remains the caller's.
    /// </summary>
    public static async Task<MeshPair> AttachAsync(
        string name, LocalMeshRun mesh, string callerName, string echoName, TimeSpan limit, CancellationToken cancellation)
    {
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        bound.CancelAfter(limit);
        try
        {
            while (true)
            {
                if (mesh.Failure is { } failure)
                    throw new PeerUnavailableException(failure);
                if (mesh.TryFindWorkload(callerName) is { } caller && caller.Aliases.ContainsKey(Service)
                    && mesh.TryFindWorkload(echoName) is { } echo
                    && await AcceptsAsync(caller, bound.Token) && await AcceptsAsync(echo, bound.Token))
                {
                    return new MeshPair(name, mesh, caller, echo, mesh.SidecarProcess(callerName), mesh.SidecarProcess(echoName));
                }

                await Task.Delay(Probe, bound.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new PeerUnavailableException(string.Create(CultureInfo.InvariantCulture, $"the mesh was not up within {limit.TotalSeconds} s"));
        }
    }

    public async Task<(double? Client, double? Server)> AllocatedAsync(CancellationToken cancellation) =>
        (await _metrics.AllocatedBytesAsync(_caller.Address, cancellation), await _metrics.AllocatedBytesAsync(_echo.Address, cancellation));

    /// <summary>Both sidecars must have counted every request: a figure with metrics off would flatter us.</summary>
    public async Task<string?> VerifyAsync(long requests, CancellationToken cancellation)
    {
        foreach (var (address, reporter) in new[] { (_caller.Address, "source"), (_echo.Address, "destination") })
        {
            var counted = await _metrics.RequestsAsync(address, reporter, cancellation);
            if (counted < requests)
                return $"istio_requests_total{{reporter=\"{reporter}\"}} is {counted} after {requests} requests";
        }

        return null;
    }

    public void Dispose() => _metrics.Dispose();

    private static async Task<bool> AcceptsAsync(WorkloadRegistration workload, CancellationToken cancellation)
    {
        using var socket = new System.Net.Sockets.TcpClient();
        try
        {
            await socket.ConnectAsync(workload.Address, MeshFiles.ReadinessPort, cancellation);
            return true;
        }
        catch (System.Net.Sockets.SocketException)
        {
            return false;
        }
    }
}
