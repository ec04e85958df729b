using System.Collections.Concurrent;

namespace Mesh.Sidecar.Telemetry;

/// <summary>What distinguishes one label set of the HTTP metrics. References stand for all labels that come with them.</summary>
internal readonly record struct RequestLabels(
    bool IsInbound, PeerIdentity Source, PeerIdentity Destination, ServiceIdentity Service, string? SourcePrincipal,
    string? DestinationPrincipal, bool IsGrpc, short Code, short GrpcStatus, string Flag, bool IsMutualTls);

/// <summary>A label set seen last in some place, and its counters. Immutable.</summary>
internal sealed record LastSeries(RequestLabels Labels, RequestSeries Series);

/// <summary>Counters of one label set.</summary>
internal sealed class RequestSeries(RequestLabels key, string labels)
{
    // Istio's buckets, of Envoy's default histogram settings.
    private static readonly double[] DurationBounds =
        [0.5, 1, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10000, 30000, 60000, 300000, 600000, 1800000, 3600000];

    private long _requests;

    public RequestLabels Key { get; } = key;
    public string Labels { get; } = labels;
    public long Requests => Volatile.Read(ref _requests);
    public Histogram Duration { get; } = new(DurationBounds);
    public Histogram RequestBytes { get; } = new(DurationBounds);
    public Histogram ResponseBytes { get; } = new(DurationBounds);

    public void Record(double milliseconds, long requestBytes, long responseBytes)
    {
        Interlocked.Increment(ref _requests);
        Duration.Observe(milliseconds);
        RequestBytes.Observe(requestBytes);
        ResponseBytes.Observe(responseBytes);
    }
}

/// <summary>
/// Istio's standard HTTP and TCP metrics. The hot path is one look-up in a concurrent dictionary keyed by references; a label set's text
/// is built at its first use. The number of label sets is bounded: beyond it, requests and connections count under one set of unknowns and
/// <see cref="Overflowed"/> grows.
/// </summary>
internal sealed class RequestMetrics
{
    /// <summary>About 3 KiB each with three histograms: at most 12 MiB, of 60 MiB that a proxy may take.</summary>
    private const int MaxSeries = 4096;

    private readonly ConcurrentDictionary<RequestLabels, RequestSeries> _series = new();
    private readonly ConcurrentDictionary<TcpLabels, TcpSeries> _tcp = new();
    private long _overflowed;

    public long Overflowed => Volatile.Read(ref _overflowed);

    public IEnumerable<RequestSeries> Requests => _series.Values.Distinct();

    public IEnumerable<TcpSeries> Tcp => _tcp.Values;

    public RequestSeries For(in RequestLabels labels) => _series.TryGetValue(labels, out var series) ? series : Add(labels);

    public TcpSeries For(in TcpLabels labels)
    {
        if (_tcp.TryGetValue(labels, out var series)) return series;
        var key = labels;
        if (_tcp.Count >= MaxSeries)
        {
            Interlocked.Increment(ref _overflowed);
            key = labels with
            {
                Source = PeerIdentity.Unknown,
                Destination = PeerIdentity.Unknown,
                Service = ServiceIdentity.Unknown,
                SourcePrincipal = null,
                DestinationPrincipal = null,
            };
        }
        return _tcp.GetOrAdd(key, static k => new TcpSeries(LabelText.Of(k)));
    }

    private RequestSeries Add(in RequestLabels labels)
    {
        var key = labels;
        if (_series.Count >= MaxSeries)
        {
            Interlocked.Increment(ref _overflowed);
            key = labels with
            {
                Source = PeerIdentity.Unknown,
                Destination = PeerIdentity.Unknown,
                Service = ServiceIdentity.Unknown,
                SourcePrincipal = null,
                DestinationPrincipal = null,
            };
        }
        return _series.GetOrAdd(key, static k => new RequestSeries(k, LabelText.Of(k)));
    }
}

internal readonly record struct TcpLabels(
    bool IsInbound, PeerIdentity Source, PeerIdentity Destination, ServiceIdentity Service, string? SourcePrincipal,
    string? DestinationPrincipal, string Flag, bool IsMutualTls);

/// <summary>Counters of one TCP label set.</summary>
internal sealed class TcpSeries(string labels)
{
    private long _opened;
    private long _closed;
    private long _sent;
    private long _received;

    public string Labels { get; } = labels;
    public long Opened => Volatile.Read(ref _opened);
    public long Closed => Volatile.Read(ref _closed);
    public long Sent => Volatile.Read(ref _sent);
    public long Received => Volatile.Read(ref _received);

    public void Open() => Interlocked.Increment(ref _opened);

    public void Close() => Interlocked.Increment(ref _closed);

    /// <summary>Bytes to the downstream.</summary>
    public void AddSent(long bytes) => Interlocked.Add(ref _sent, bytes);

    /// <summary>Bytes from the downstream.</summary>
    public void AddReceived(long bytes) => Interlocked.Add(ref _received, bytes);
}
