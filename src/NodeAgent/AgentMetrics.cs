namespace Mesh.NodeAgent;

/// <summary>The agent's counters. Incremented from any thread.</summary>
internal sealed class AgentMetrics
{
    private long _pushes, _nacks, _acks, _connections, _connectionFailures, _certificatesRelayed, _certificatesRefused, _compilations, _keySetsFetched, _keySetsFailed;

    public long Pushes => Volatile.Read(ref _pushes);
    public long Nacks => Volatile.Read(ref _nacks);
    public long Acks => Volatile.Read(ref _acks);
    public long Connections => Volatile.Read(ref _connections);
    public long ConnectionFailures => Volatile.Read(ref _connectionFailures);
    public long CertificatesRelayed => Volatile.Read(ref _certificatesRelayed);
    public long CertificatesRefused => Volatile.Read(ref _certificatesRefused);
    public long Compilations => Volatile.Read(ref _compilations);
    public long KeySetsFetched => Volatile.Read(ref _keySetsFetched);
    public long KeySetsFailed => Volatile.Read(ref _keySetsFailed);

    public void Pushed() => Interlocked.Increment(ref _pushes);
    public void Nacked() => Interlocked.Increment(ref _nacks);
    public void Acked() => Interlocked.Increment(ref _acks);
    public void Connected() => Interlocked.Increment(ref _connections);
    public void ConnectionFailed() => Interlocked.Increment(ref _connectionFailures);
    public void CertificateRelayed() => Interlocked.Increment(ref _certificatesRelayed);
    public void CertificateRefused() => Interlocked.Increment(ref _certificatesRefused);
    public void KeySetFetched() => Interlocked.Increment(ref _keySetsFetched);
    public void KeySetFailed() => Interlocked.Increment(ref _keySetsFailed);
    public void Compiled() => Interlocked.Increment(ref _compilations);
}
