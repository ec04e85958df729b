using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Akka.Actor;
using Akka.Remote;
using Akka.Remote.Transport;
using AkkaConfig = Akka.Configuration.Config;

namespace Mesh.Cluster.Membership.Remoting;

/// <summary>
/// Remoting over TCP with mutual TLS, in place of Akka.NET's own transport, which ends the whole system when a TLS handshake that it
/// began fails: a peer that dies in the middle of one would take a healthy replica with it. Here such a connection has merely failed; Akka
/// gates the address and tries again. Same frames on the wire, so replicas with either understand each other. Thread-safe; each connection
/// has two loops of its own.
/// </summary>
internal sealed partial class TlsTransport : Transport
{
    /// <summary>Connections that have not shown a certificate yet; more than any cluster has replicas, less than would hurt.</summary>
    private const int MaxHandshakes = 256;

    private static readonly TimeSpan AcceptPause = TimeSpan.FromMilliseconds(100);

    private readonly TlsTransportOptions _options;
    private readonly RemotingSetup _setup;
    private readonly SslStreamCertificateContext _certificate;
    private readonly TaskCompletionSource<IAssociationEventListener> _events = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentDictionary<TlsAssociation, Task> _associations = new(ReferenceEqualityComparer.Instance);
    private readonly CancellationTokenSource _stopping = new();
    private Socket? _listener;
    private Address? _local;
    private int _handshakes;

    public TlsTransport(ActorSystem system, AkkaConfig config)
    {
        (System, Config, SchemeIdentifier) = (system, config, "ssl.tcp");
        _options = TlsTransportOptions.Read(config, system.Settings.Config);
        _setup = system.Settings.Setup.Get<RemotingSetup>().GetOrElse(null!)
            ?? throw new InvalidOperationException($"{nameof(RemotingSetup)} is not part of the actor system's setup");
        _certificate = SslStreamCertificateContext.Create(_setup.Certificate, null, offline: true);
        MaximumPayloadBytes = _options.MaximumFrameBytes;
    }

    /// <summary>Whether an exception says that a connection failed, and nothing of this process.</summary>
    public static bool IsOfTheNetwork(Exception e) => e is IOException or SocketException or AuthenticationException or CryptographicException
        or InvalidDataException or OperationCanceledException or ObjectDisposedException or TimeoutException;

    public override bool IsResponsibleFor(Address remote) => true;

    public override Task<(Address, TaskCompletionSource<IAssociationEventListener>)> Listen()
    {
        var address = IPAddress.Parse(_options.Hostname);
        var listener = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            listener.Bind(new IPEndPoint(address, _options.Port));
            listener.Listen();
        }
        catch (SocketException e)
        {
            listener.Dispose();
            return Task.FromException<(Address, TaskCompletionSource<IAssociationEventListener>)>(
                new RemoteTransportException($"Cannot listen on {address}:{_options.Port} for other replicas: {e.Message}", e));
        }
        _listener = listener;
        _local = new Address(SchemeIdentifier, System.Name, _options.PublicHostname, ((IPEndPoint)listener.LocalEndPoint!).Port);
        _ = AcceptAsync(listener);
        return Task.FromResult((_local, _events));
    }

    public override async Task<AssociationHandle> Associate(Address remoteAddress)
    {
        using var timeout = new CancellationTokenSource(_options.HandshakeTimeout, _setup.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, _stopping.Token);
        Stream? stream = null;
        try
        {
            // 1. TCP.  2. TLS, both sides showing certificates.  3. Akka's own handshake follows, in the layer above.
            stream = await _setup.Dial(EndPointOf(remoteAddress), either.Token);
            var tls = new SslStream(stream);
            stream = tls;
            await tls.AuthenticateAsClientAsync(ClientOptions(remoteAddress), either.Token);
            var association = Open(tls, remoteAddress);
            stream = null;
            return association;
        }
        catch (Exception e) when (IsOfTheNetwork(e))
        {
            // Without the exception itself: Akka would log its whole stack with every attempt.
            var reason = timeout.IsCancellationRequested ? $"not within {_options.HandshakeTimeout.TotalSeconds} s" : e.Message;
            throw new InvalidAssociationException($"No connection to {remoteAddress}: {reason}");
        }
        finally
        {
            if (stream is not null) await stream.DisposeAsync();
        }
    }

    public override async Task<bool> Shutdown()
    {
        await _stopping.CancelAsync();
        _listener?.Dispose();
        foreach (var association in _associations.Keys) association.Disassociate("the transport shuts down", System.Log);
        await Task.WhenAll(_associations.Values);
        return true;
    }

    private async Task AcceptAsync(Socket listener)
    {
        try
        {
            var events = await _events.Task.WaitAsync(_stopping.Token);
            while (true)
            {
                if (await AcceptOneAsync(listener) is { } socket) _ = AdmitAsync(socket, events);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException && _stopping.IsCancellationRequested)
        {
            return;
        }
        catch (Exception e)
        {
            // A replica that nobody can reach is worse than none: it is started again.
            Log.AcceptFailed(_setup.Log, e);
            await CoordinatedShutdown.Get(System).Run(AcceptLoopFailed.Instance);
        }
    }

    // Null for what passes: the peer gave up before it was accepted, or there are no descriptors at the moment.
    private async Task<Socket?> AcceptOneAsync(Socket listener)
    {
        try
        {
            return await listener.AcceptAsync(_stopping.Token);
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.ConnectionAborted or SocketError.ConnectionReset
            or SocketError.TooManyOpenSockets or SocketError.NoBufferSpaceAvailable)
        {
            Log.NotAccepted(_setup.Log, e);
            await Task.Delay(AcceptPause, _setup.Time, _stopping.Token);
            return null;
        }
    }

    private async Task AdmitAsync(Socket socket, IAssociationEventListener events)
    {
        var peer = socket.RemoteEndPoint as IPEndPoint;
        using var timeout = new CancellationTokenSource(_options.HandshakeTimeout, _setup.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, _stopping.Token);
        var tls = new SslStream(new NetworkStream(socket, ownsSocket: true));
        try
        {
            if (Interlocked.Increment(ref _handshakes) > MaxHandshakes) throw new IOException($"more than {MaxHandshakes} handshakes at once");
            TcpDialer.Configure(socket);
            await tls.AuthenticateAsServerAsync(ServerOptions(peer), either.Token);
            // The port is the peer's ephemeral one; which replica it is, Akka's handshake tells.
            events.Notify(new InboundAssociation(Open(tls, new Address(SchemeIdentifier, System.Name, $"{peer?.Address}", peer?.Port ?? 0))));
        }
        catch (Exception e) when (IsOfTheNetwork(e))
        {
            await tls.DisposeAsync();
            Log.NotAdmitted(_setup.Log, peer, e.Message);
        }
        finally
        {
            Interlocked.Decrement(ref _handshakes);
        }
    }

    private TlsAssociation Open(SslStream tls, Address remote)
    {
        var association = new TlsAssociation(_local!, remote, tls, _options, _setup.Time);
        _associations[association] = RunAsync(association);
        return association;
    }

    private async Task RunAsync(TlsAssociation association)
    {
        // Not on the caller's thread, and not before the association is in the table that it is taken off below.
        await Task.Yield();
        if (await association.RunAsync() is { } error) Log.Lost(_setup.Log, association.RemoteAddress, error.Message);
        _associations.TryRemove(association, out _);
    }

    private SslClientAuthenticationOptions ClientOptions(Address peer) => new()
    {
        TargetHost = peer.Host,
        ClientCertificateContext = _certificate,
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        RemoteCertificateValidationCallback = (_, certificate, chain, _) => IsReplica(certificate, chain, peer.ToString()),
    };

    private SslServerAuthenticationOptions ServerOptions(IPEndPoint? peer) => new()
    {
        ServerCertificateContext = _certificate,
        ClientCertificateRequired = true,
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        RemoteCertificateValidationCallback = (_, certificate, chain, _) => IsReplica(certificate, chain, $"{peer}"),
    };

    // The platform's own judgement knows nothing of a private root.
    private bool IsReplica(X509Certificate? certificate, X509Chain? chain, string peer) =>
        _setup.Judge(certificate as X509Certificate2, chain?.ChainPolicy.ExtraStore ?? [], peer);

    private static EndPoint EndPointOf(Address address) => IPAddress.TryParse(address.Host, out var ip)
        ? new IPEndPoint(ip, address.Port!.Value)
        : new DnsEndPoint(address.Host!, address.Port!.Value);

    /// <summary>Why the actor system ends.</summary>
    internal sealed class AcceptLoopFailed : CoordinatedShutdown.Reason
    {
        public static readonly AcceptLoopFailed Instance = new();

        public override int ExitCode => 1;
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Critical, "No remoting connection can be accepted any more; this replica ends")]
        public static partial void AcceptFailed(ILogger logger, Exception cause);

        [LoggerMessage(LogLevel.Warning, "A remoting connection could not be accepted")]
        public static partial void NotAccepted(ILogger logger, Exception cause);

        [LoggerMessage(LogLevel.Warning, "Remoting connection from {Peer} was not admitted: {Reason}")]
        public static partial void NotAdmitted(ILogger logger, IPEndPoint? peer, string reason);

        [LoggerMessage(LogLevel.Information, "Remoting connection with {Peer} was lost: {Reason}")]
        public static partial void Lost(ILogger logger, Address peer, string reason);
    }
}
