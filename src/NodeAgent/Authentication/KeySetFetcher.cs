using System.Collections.Immutable;
using System.Text.Json;
using System.Threading.Channels;
using Mesh.Core.Resources;
using Mesh.Core.Resources.Security;
using Mesh.Core.Snapshots;
using Mesh.NodeAgent.Model;

namespace Mesh.NodeAgent.Authentication;

/// <summary>
/// Fetches what RequestAuthentications ask for, once for all proxies of the node, and again every twenty minutes; after a failure sooner, with growing
/// pauses, while the last good keys stay. One loop, so nothing needs a lock.
/// </summary>
internal sealed partial class KeySetFetcher : BackgroundService
{
    /// <summary>Istio's.</summary>
    private static readonly TimeSpan RefreshInterval = TimeSpan.FromMinutes(20);

    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    /// <summary>More are not fetched, and said so: each is a connection to somewhere every twenty minutes.</summary>
    private const int MaxLocations = 256;

    private readonly MeshModel _model;
    private readonly KeySets _sets;
    private readonly KeySetSource _source;
    private readonly AgentMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger<KeySetFetcher> _logger;
    private readonly Dictionary<string, Schedule> _schedules = new(StringComparer.Ordinal);
    private readonly Channel<bool> _signal = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public KeySetFetcher(MeshModel model, KeySets sets, KeySetSource source, AgentMetrics metrics, TimeProvider time, ILogger<KeySetFetcher> logger)
    {
        (_model, _sets, _source, _metrics, _time, _logger) = (model, sets, source, metrics, time, logger);
        model.Changed += (_, change) =>
        {
            if (!change.Objects.IsEmpty) _signal.Writer.TryWrite(true);
        };
        _signal.Writer.TryWrite(true);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var wanted = Wanted(_model.Snapshot);
            if (_model.IsComplete) Forget(wanted);
            // Side by side, so that one that hangs keeps no other waiting; taken in one by one.
            var fetches = wanted.Where(w => IsDue(w.Key)).Select(w => FetchAsync(w.Key, w.Value, stoppingToken)).ToList();
            await foreach (var fetch in Task.WhenEach(fetches).WithCancellation(stoppingToken)) Take(await fetch);
            await WaitAsync(wanted.Keys, stoppingToken);
        }
    }

    private SortedDictionary<string, Request> Wanted(MeshSnapshot snapshot)
    {
        var wanted = new SortedDictionary<string, Request>(StringComparer.Ordinal);
        foreach (var source in snapshot.Objects.Values.Where(o => o.Spec is RequestAuthentication))
            foreach (var rule in source.SpecAs<RequestAuthentication>().JwtRules)
            {
                if (KeySetLocation.Of(rule) is not { } location) continue;
                var before = wanted.GetValueOrDefault(location, new Request(TimeSpan.Zero, []));
                var timeout = rule.Timeout ?? DefaultTimeout;
                wanted[location] = new Request(timeout > before.Timeout ? timeout : before.Timeout, before.Users.Add(source.Key));
            }
        foreach (var beyond in wanted.Keys.Skip(MaxLocations).ToList())
        {
            wanted.Remove(beyond);
            Log.TooMany(_logger, beyond, MaxLocations);
        }
        return wanted;
    }

    private void Forget(SortedDictionary<string, Request> wanted)
    {
        foreach (var gone in _schedules.Keys.Where(k => !wanted.ContainsKey(k)).ToList()) _schedules.Remove(gone);
        _sets.Keep(wanted.Keys);
    }

    private bool IsDue(string location) => !_schedules.TryGetValue(location, out var schedule) || _time.GetUtcNow() >= schedule.Next;

    private async Task<Fetch> FetchAsync(string location, Request request, CancellationToken stopping)
    {
        try
        {
            var timeout = request.Timeout < LongestTimeout ? request.Timeout : LongestTimeout;
            return new Fetch(location, request, await _source.FetchAsync(location, timeout, stopping), "");
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            return new Fetch(location, request, null, $"no answer within {request.Timeout.TotalSeconds:0.###} s");
        }
        catch (Exception e) when (e is HttpRequestException or JsonException or IOException or System.Net.Sockets.SocketException)
        {
            return new Fetch(location, request, null, e.Message);
        }
    }

    private void Take(Fetch fetch)
    {
        if (fetch.Keys is { } keys)
        {
            _schedules[fetch.Location] = new Schedule(_time.GetUtcNow() + Jittered(RefreshInterval), FirstPause);
            _metrics.KeySetFetched();
            _sets.Put(fetch.Location, keys, fetch.Request.Users);
            return;
        }
        var pause = _schedules.TryGetValue(fetch.Location, out var before) ? before.Pause : FirstPause;
        _schedules[fetch.Location] = new Schedule(_time.GetUtcNow() + Jittered(pause), pause * 2 > LongestPause ? LongestPause : pause * 2);
        _metrics.KeySetFailed();
        if (_sets.Current.ContainsKey(fetch.Location)) Log.KeepsLastGood(_logger, fetch.Location, fetch.Reason);
        else Log.Unknown(_logger, fetch.Location, fetch.Reason);
    }

    private async Task WaitAsync(IEnumerable<string> locations, CancellationToken stopping)
    {
        var next = locations.Select(l => _schedules.TryGetValue(l, out var s) ? s.Next : DateTimeOffset.MaxValue).DefaultIfEmpty(DateTimeOffset.MaxValue).Min();
        var pause = next == DateTimeOffset.MaxValue ? Timeout.InfiniteTimeSpan : next - _time.GetUtcNow();
        if (pause <= TimeSpan.Zero && pause != Timeout.InfiniteTimeSpan) return;
        using var due = new CancellationTokenSource(pause, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(due.Token, stopping);
        try
        {
            await _signal.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            // Something is due.
        }
    }

    // Nodes must not all come at once.
    private static TimeSpan Jittered(TimeSpan time) => time * (0.9 + (Random.Shared.NextDouble() * 0.2));

    private sealed record Request(TimeSpan Timeout, ImmutableHashSet<ObjectKey> Users);

    private sealed record Fetch(string Location, Request Request, string? Keys, string Reason);

    private sealed record Schedule(DateTimeOffset Next, TimeSpan Pause);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The keys of {Location} cannot be fetched, its tokens are refused: {Reason}")]
        public static partial void Unknown(ILogger logger, string location, string reason);

        [LoggerMessage(2, LogLevel.Warning, "The keys of {Location} cannot be fetched again, the last ones stay: {Reason}")]
        public static partial void KeepsLastGood(ILogger logger, string location, string reason);

        [LoggerMessage(3, LogLevel.Error, "The keys of {Location} are not fetched: more than {Limit} places are asked for")]
        public static partial void TooMany(ILogger logger, string location, int limit);
    }
}
