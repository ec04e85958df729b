using System.IO.Pipelines;
using System.Net.Security;
using Mesh.Sidecar.Balancing;
using Mesh.Sidecar.Listeners;
using Mesh.Sidecar.Security;
using Mesh.Sidecar.Telemetry;
using Mesh.Sidecar.Transport;

namespace Mesh.Sidecar.Tcp;

/// <summary>
/// Splices a connection to an endpoint, both directions at once, each closed as its side closes (half close). Server-first protocols
/// need nothing special: the dial does not wait for the client's bytes.
/// </summary>
internal sealed partial class TcpForwarder(
    PeerMetadata metadata, WorkloadIdentity identity, RequestMetrics metrics, TimeProvider time, ILogger log)
{
    private const int BufferSize = 16 * 1024;

    /// <summary>How long a connection is held for endpoints that have not come yet, for the first time.</summary>
    private static readonly TimeSpan WarmLimit = TimeSpan.FromSeconds(5);

    public async Task ForwardAsync(IDuplexPipe downstream, SslStream? tls, SocketStream socket, FilterChainModel chain, string? peer)
    {
        var target = chain.Tcp!.Targets.Draw();
        // Not tied to the transport's "closed", which a half close already is: the pipes say when a side is done or broken.
        using var end = new CancellationTokenSource();
        chain.Connections.Add(end);
        try
        {
            if (!target.Upstream.IsKnown) await target.Upstream.AwaitKnownAsync(WarmLimit, time, end.Token);
            await SpliceAsync(downstream, tls, socket, chain, target.Upstream, peer, end);
        }
        finally
        {
            chain.Connections.Remove(end);
        }
    }

    private async Task SpliceAsync(
        IDuplexPipe downstream, SslStream? tls, SocketStream socket, FilterChainModel chain, UpstreamState upstream, string? peer, CancellationTokenSource end)
    {
        var tcp = chain.Tcp!;
        var limit = upstream.Model?.Config.Connection.MaxConnections ?? int.MaxValue;
        if (limit != int.MaxValue && !upstream.Gate.TryEnter(limit))
        {
            upstream.Counters.Add(UpstreamCounter.ConnectionOverflow);
            var refused = metrics.For(Labels(chain.Listener.IsInbound, upstream, null, peer, "UO"));
            refused.Open();
            refused.Close();
            return;
        }
        if (tcp.MaxDuration is { } duration) end.CancelAfter(duration);
        try
        {
            await SpliceAsync(downstream, tls, socket, chain, tcp, upstream, peer, end);
        }
        finally
        {
            if (limit != int.MaxValue) upstream.Gate.Leave();
        }
    }

    private async Task SpliceAsync(
        IDuplexPipe downstream, SslStream? tls, SocketStream socket, FilterChainModel chain, TcpChainModel tcp, UpstreamState upstream, string? peer,
        CancellationTokenSource end)
    {
        var (endpoint, stream, flag) = await ConnectAsync(upstream, tcp, socket.Loop, end.Token);
        var series = metrics.For(Labels(chain.Listener.IsInbound, upstream, endpoint, peer, flag));
        series.Open();
        try
        {
            if (stream is null) return;
            await using (stream)
                await CopyBothAsync(downstream, tls, socket, stream, series, tcp.IdleTimeout, end);
        }
        finally
        {
            series.Close();
            if (stream is not null) endpoint!.State.Release();
        }
    }

    private async Task<(EndpointModel? Endpoint, Stream? Stream, string Flag)> ConnectAsync(
        UpstreamState upstream, TcpChainModel tcp, EventLoop loop, CancellationToken cancellation)
    {
        var tried = new TriedEndpoints();
        EndpointModel? endpoint = null;
        for (var attempt = 0; attempt < tcp.MaxConnectAttempts; attempt++)
        {
            endpoint = LoadBalancer.Acquire(upstream, tried);
            if (endpoint is null) return (null, null, "UH");
            try
            {
                var stream = await endpoint.State.Connector.ConnectAsync(endpoint.State, AppProtocol.Tcp, loop, cancellation);
                upstream.Outliers?.OnTcpConnected(endpoint.State.Vitals);
                return (endpoint, stream, "-");
            }
            catch (IOException e)
            {
                upstream.Outliers?.OnLocalFailure(endpoint.State.Vitals, isTimeout: false);
                endpoint.State.Release();
                tried.Add(endpoint.State);
                Log.ConnectFailed(log, upstream.Name, e.Message);
            }
            catch
            {
                endpoint.State.Release();
                throw;
            }
        }
        return (endpoint, null, "UF,URX");
    }

    private async Task CopyBothAsync(
        IDuplexPipe downstream, SslStream? tls, SocketStream socket, Stream upstream, TcpSeries series, TimeSpan idle, CancellationTokenSource end)
    {
        var clock = new IdleClock(idle, time, end);
        using (clock)
        {
            var up = UpAsync(downstream.Input, upstream, series, clock, end);
            var down = DownAsync(upstream, downstream.Output, tls, socket, series, clock, end);
            await Task.WhenAll(up, down);
        }
    }

    private static async Task UpAsync(PipeReader from, Stream to, TcpSeries series, IdleClock clock, CancellationTokenSource end)
    {
        try
        {
            while (true)
            {
                var result = await from.ReadAsync(end.Token);
                foreach (var segment in result.Buffer) await to.WriteAsync(segment, end.Token);
                series.AddReceived(result.Buffer.Length);
                from.AdvanceTo(result.Buffer.End);
                clock.Touch();
                if (result.IsCompleted) break;
            }
            await HalfClose.SendAsync(to);
        }
        catch
        {
            // One direction failed: neither side can use the other any more.
            await end.CancelAsync();
            throw;
        }
    }

    private static async Task DownAsync(
        Stream from, PipeWriter to, SslStream? tls, SocketStream socket, TcpSeries series, IdleClock clock, CancellationTokenSource end)
    {
        try
        {
            while (true)
            {
                // Nothing is held while nothing comes.
                _ = await from.ReadAsync(Memory<byte>.Empty, end.Token);
                var count = await from.ReadAsync(to.GetMemory(BufferSize), end.Token);
                if (count == 0) break;
                to.Advance(count);
                series.AddSent(count);
                clock.Touch();
                var flushed = await to.FlushAsync(end.Token);
                if (flushed.IsCompleted) break;
            }
            await to.CompleteAsync();
            // FIN; over TLS close_notify says it first.
            if (tls is not null) await tls.ShutdownAsync();
            socket.ShutdownSend();
        }
        catch
        {
            await end.CancelAsync();
            throw;
        }
    }

    private TcpLabels Labels(bool isInbound, UpstreamState upstream, EndpointModel? endpoint, string? peer, string flag)
    {
        var service = upstream.Model?.Config.Service ?? ServiceIdentity.Unknown;
        var own = identity.Current?.Principal;
        return isInbound
            ? new TcpLabels(true, PeerIdentity.Unknown, metadata.Own, service, peer, peer is null ? null : own, flag, peer is not null)
            : new TcpLabels(false, metadata.Own, endpoint?.Destination ?? PeerIdentity.Unknown, service,
                endpoint is { IsMutualTls: true } ? own : null, endpoint?.State.Principal, flag, endpoint is { IsMutualTls: true });
    }

    /// <summary>Ends a connection on which nothing moved for a time; zero is never.</summary>
    private sealed class IdleClock : IDisposable
    {
        private readonly ITimer? _timer;
        private readonly TimeProvider _time;
        private readonly TimeSpan _limit;
        private readonly CancellationTokenSource _end;
        private long _last;

        public IdleClock(TimeSpan limit, TimeProvider time, CancellationTokenSource end)
        {
            (_limit, _time, _end, _last) = (limit, time, end, time.GetTimestamp());
            if (limit > TimeSpan.Zero) _timer = time.CreateTimer(static s => ((IdleClock)s!).Check(), this, limit, limit / 4);
        }

        public void Touch() => Volatile.Write(ref _last, _time.GetTimestamp());

        public void Dispose() => _timer?.Dispose();

        private void Check()
        {
            if (_time.GetElapsedTime(Volatile.Read(ref _last)) >= _limit) _end.Cancel();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Debug, "{Upstream}: {Reason}")]
        public static partial void ConnectFailed(ILogger logger, string upstream, string reason);
    }
}

/// <summary>Says "no more from this side" on a stream that may go on the other way.</summary>
internal static class HalfClose
{
    public static async ValueTask SendAsync(Stream stream)
    {
        switch (stream)
        {
            case System.Net.Security.SslStream tls:
                await tls.ShutdownAsync();
                break;
            case SocketStream socket:
                socket.ShutdownSend();
                break;
        }
    }
}
