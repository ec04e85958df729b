using System.Net;
using System.Security.Cryptography.X509Certificates;
using Akka.Actor.Setup;

namespace Mesh.Cluster.Membership.Remoting;

/// <summary>Opens a connection to a peer; tests put a faulty network in its place.</summary>
internal delegate ValueTask<Stream> PeerDialer(EndPoint peer, CancellationToken cancellation);

/// <summary>Whether a certificate, with what else was presented, is a replica's.</summary>
internal delegate bool PeerJudge(X509Certificate2? certificate, IEnumerable<X509Certificate2> presented, string peer);

/// <summary>What the transport cannot read from Akka's configuration. Akka makes the transport itself, by name.</summary>
internal sealed class RemotingSetup(
    X509Certificate2 certificate, PeerJudge judge, PeerDialer dial, TimeProvider time, ILogger log) : Setup
{
    public X509Certificate2 Certificate { get; } = certificate;

    public PeerJudge Judge { get; } = judge;

    public PeerDialer Dial { get; } = dial;

    public TimeProvider Time { get; } = time;

    public ILogger Log { get; } = log;
}
