using System.Net;
using System.Security.Cryptography;
using Grpc.Core;
using Grpc.Net.Client;
using Mesh.NodeAgent.Model;
using Mesh.NodeAgent.Options;
using Mesh.Protocol.Delta;
using Mesh.Protocol.V1;

namespace Mesh.NodeAgent.ControlPlane;

/// <summary>
/// Keeps the agent attached to one replica at a time, whichever answers:
/// <code>
/// choose -> enrol (if there is no certificate, or half its life is over) -> attach -> serve -> lost or told to go -> choose
/// </code>
/// One loop; <see cref="Attachment"/> is read by other threads.
/// </summary>
internal sealed partial class ControlPlaneLink : BackgroundService
{
    /// <summary>So many rounds a replica with an older revision than ours is left for another; then the mesh itself went back.</summary>
    private const int RoundsBeforeOlder = 3;

    private readonly AgentOptions _options;
    private readonly MeshModel _model;
    private readonly UpstreamReport _report;
    private readonly Incarnations _incarnations;
    private readonly AgentEnrolment _enrolment;
    private readonly ReplicaConnector _connector;
    private readonly AgentMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger<ControlPlaneLink> _logger;
    private readonly ReplicaRotation _rotation;
    private readonly DeltaClientSession _delta = new();
    private TaskCompletionSource<GrpcChannel> _attachment = New();
    private AgentCertificate? _certificate;
    private DateTimeOffset _renewAt;

    public ControlPlaneLink(
        AgentOptions options, MeshModel model, UpstreamReport report, Incarnations incarnations, AgentEnrolment enrolment,
        ReplicaConnector connector, AgentMetrics metrics, TimeProvider time, ILogger<ControlPlaneLink> logger)
    {
        (_options, _model, _report, _incarnations, _enrolment) = (options, model, report, incarnations, enrolment);
        (_connector, _metrics, _time, _logger) = (connector, metrics, time, logger);
        _rotation = new ReplicaRotation(options.Replicas.Length, Random.Shared);
    }

    /// <summary>The channel to the replica that serves us; not completed while there is none.</summary>
    public Task<GrpcChannel> Attachment => Volatile.Read(ref _attachment).Task;

    /// <summary>The replica that serves us, null while there is none.</summary>
    public string? Replica { get; private set; }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        foreach (var type in MeshModel.Types) _delta.SubscribeToAll(type, _model.Versions(type));
        var renewal = RenewAsync(stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            var (index, wait) = _rotation.Next();
            var replica = _options.Replicas[index];
            try
            {
                if (wait > TimeSpan.Zero) await Task.Delay(wait, _time, stoppingToken);
                await AttachAsync(replica, stoppingToken);
            }
            catch (Exception e) when (stoppingToken.IsCancellationRequested && e is OperationCanceledException or RpcException)
            {
            }
            catch (Exception e) when (e is RpcException or ReplicaUnusableException or InvalidDataException or IOException or UnauthorizedAccessException
                or CryptographicException or OperationCanceledException)
            {
                _rotation.Failed();
                _metrics.ConnectionFailed();
                Log.Lost(_logger, $"{replica.Host}:{replica.Port}", Reason(e));
            }
        }

        await renewal;
    }

    private async Task AttachAsync(DnsEndPoint replica, CancellationToken stopping)
    {
        if (_certificate is null || _certificate.NotAfter <= _time.GetUtcNow()) await EnrolAsync(replica, stopping);
        using var channel = _connector.Open(replica, _certificate!.Context);
        var hello = new AgentHello { Node = _options.Node, Incarnation = _incarnations.Next(), Version = AgentVersion.Text };
        var session = new ReplicaSession(channel, hello, _delta, _model, _report, _rotation.HasTriedAll(RoundsBeforeOlder), _time, _logger);
        var running = session.RunAsync(stopping);
        if (await Task.WhenAny(session.Attached, running) == session.Attached && session.Attached.IsCompletedSuccessfully) Enter(replica, channel);
        try
        {
            await running;
        }
        finally
        {
            Leave();
        }
    }

    private void Enter(DnsEndPoint replica, GrpcChannel channel)
    {
        _rotation.Succeeded();
        _metrics.Connected();
        Replica = $"{replica.Host}:{replica.Port}";
        Volatile.Read(ref _attachment).TrySetResult(channel);
        Log.Attached(_logger, Replica, _model.Snapshot.Revision);
    }

    private void Leave()
    {
        Replica = null;
        if (Attachment.IsCompleted) Volatile.Write(ref _attachment, New());
    }

    private async Task EnrolAsync(DnsEndPoint replica, CancellationToken stopping)
    {
        var certificate = await _enrolment.RunAsync(_connector, replica, _time, stopping);
        var life = certificate.NotAfter - certificate.NotBefore;
        // A tenth of jitter keeps agents that started together from renewing together.
        _renewAt = certificate.NotBefore + (life * (0.5 - 0.1 * Random.Shared.NextDouble()));
        _certificate = certificate;
        Log.Enrolled(_logger, certificate.NotAfter);
    }

    /// <summary>
    /// Renews the certificate at half its life, through any replica; the next connection uses it. A connection that stands is not
    /// torn down for it: TLS checks the certificate when it begins.
    /// </summary>
    private async Task RenewAsync(CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(10), _time);
        try
        {
            while (await timer.WaitForNextTickAsync(stopping))
            {
                if (_certificate is null || _time.GetUtcNow() < _renewAt) continue;
                try
                {
                    await EnrolAsync(_options.Replicas[Random.Shared.Next(_options.Replicas.Length)], stopping);
                }
                catch (Exception e) when (e is RpcException or InvalidDataException or IOException or UnauthorizedAccessException or CryptographicException)
                {
                    Log.NotRenewed(_logger, Reason(e));
                }
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
        }
    }

    private static string Reason(Exception e) => e switch
    {
        RpcException { Status: var status } => $"{status.StatusCode}: {status.Detail} {status.DebugException?.GetBaseException().Message}",
        _ => e.Message,
    };

    private static TaskCompletionSource<GrpcChannel> New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Attached to replica {Replica} at revision {Revision}")]
        public static partial void Attached(ILogger logger, string replica, Core.Snapshots.Revision revision);

        [LoggerMessage(2, LogLevel.Warning, "Not attached to replica {Replica}: {Reason}")]
        public static partial void Lost(ILogger logger, string replica, string reason);

        [LoggerMessage(3, LogLevel.Information, "Agent certificate signed, valid until {NotAfter}")]
        public static partial void Enrolled(ILogger logger, DateTimeOffset notAfter);

        [LoggerMessage(4, LogLevel.Warning, "The agent certificate is not renewed yet: {Reason}")]
        public static partial void NotRenewed(ILogger logger, string reason);
    }
}
