using System.Net;
using System.Net.Sockets;

namespace Mesh.NodeAgent.Workloads;

/// <summary>
/// One probe round: the application's ports accept a connection, and the proxy, where there is one, says that it is ready.
/// Stateless and safe to share.
/// </summary>
internal sealed class WorkloadProbe(TimeProvider time) : IDisposable
{
    public const int ReadinessPort = 15021;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(1);

    // No connection is kept between rounds: a new one is part of what is probed.
    private readonly HttpClient _http = new(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.Zero, UseProxy = false, ConnectTimeout = Timeout });

    public async Task<ProbeResult> RunAsync(Registration registration, CancellationToken stopping)
    {
        using var timeout = new CancellationTokenSource(Timeout, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(stopping, timeout.Token);
        try
        {
            var result = registration.Role == RegistrationRole.None ? ProbeResult.Ready : await ReadinessAsync(registration.ProxyAddress, linked.Token);
            if (registration.Role == RegistrationRole.Gateway) return result;
            foreach (var port in registration.Ports.Values)
            {
                if (result != ProbeResult.Ready) return result;
                result = await ConnectAsync(registration.AppAddress, port, linked.Token);
            }

            return result;
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            return ProbeResult.TimedOut;
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<ProbeResult> ReadinessAsync(string address, CancellationToken cancellation)
    {
        var host = address.Contains(':') ? $"[{address}]" : address;
        try
        {
            using var response = await _http.GetAsync(new Uri($"http://{host}:{ReadinessPort}/healthz/ready"), HttpCompletionOption.ResponseHeadersRead, cancellation);
            return response.IsSuccessStatusCode ? ProbeResult.Ready : ProbeResult.NotReady;
        }
        catch (HttpRequestException e)
        {
            return e.InnerException is SocketException socket ? Judge(socket) : ProbeResult.Refused;
        }
    }

    private static async Task<ProbeResult> ConnectAsync(string address, int port, CancellationToken cancellation)
    {
        var endPoint = new IPEndPoint(IPAddress.Parse(address), port);
        using var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(endPoint, cancellation);
            return ProbeResult.Ready;
        }
        catch (SocketException e)
        {
            return Judge(e);
        }
    }

    private static ProbeResult Judge(SocketException e) => e.SocketErrorCode == SocketError.TimedOut ? ProbeResult.TimedOut : ProbeResult.Refused;
}
