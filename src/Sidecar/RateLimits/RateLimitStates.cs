using System.Collections.Concurrent;
using System.Globalization;
using System.Text;

namespace Mesh.Sidecar.RateLimits;

/// <summary>
/// All limits of the process. A rule that stays as it is keeps its buckets when its policy changes; a state lives as long as a filter chain has it.
/// Safe from all threads.
/// </summary>
internal sealed class RateLimitStates(TimeProvider time)
{
    private readonly ConcurrentDictionary<LimitIdentity, WeakReference<LimitState>> _states = new();

    // Their number is that of rules somebody wrote.
    private readonly ConcurrentDictionary<(string Policy, string Rule), LimitCounters> _counters = new();

    public TimeProvider Time => time;

    public LimitCounters Counters(string policy, string rule) => _counters.GetOrAdd((policy, rule), static _ => new LimitCounters());

    /// <summary>Called by the discovery loop only.</summary>
    public LimitState StateOf(LimitIdentity identity)
    {
        if (_states.TryGetValue(identity, out var reference) && reference.TryGetTarget(out var known)) return known;
        foreach (var (gone, state) in _states)
            if (!state.TryGetTarget(out _)) _states.TryRemove(gone, out _);
        var added = new LimitState(identity, Counters(identity.Policy, identity.Rule), time);
        _states[identity] = new WeakReference<LimitState>(added);
        return added;
    }

    /// <summary>Writes Prometheus' text.</summary>
    public void Append(StringBuilder text)
    {
        text.Append("# TYPE mesh_sidecar_rate_limit_requests_total counter\n");
        foreach (var ((policy, rule), counters) in _counters)
        {
            Append(text, "mesh_sidecar_rate_limit_requests_total", policy, rule, ",result=\"admitted\"", counters.Admitted);
            Append(text, "mesh_sidecar_rate_limit_requests_total", policy, rule, ",result=\"refused\"", counters.Refused);
            Append(text, "mesh_sidecar_rate_limit_requests_total", policy, rule, ",result=\"shadow_refused\"", counters.Shadowed);
        }
        text.Append("# TYPE mesh_sidecar_rate_limit_evicted_keys_total counter\n");
        foreach (var ((policy, rule), counters) in _counters)
            Append(text, "mesh_sidecar_rate_limit_evicted_keys_total", policy, rule, "", counters.Evicted);
        text.Append("# TYPE mesh_sidecar_rate_limit_keys gauge\n");
        var states = _states.Values.Select(r => r.TryGetTarget(out var state) ? state : null).OfType<LimitState>();
        foreach (var rule in states.GroupBy(s => (s.Identity.Policy, s.Identity.Rule)))
            Append(text, "mesh_sidecar_rate_limit_keys", rule.Key.Policy, rule.Key.Rule, "", rule.Sum(s => (long)s.KeyCount));
    }

    // Names of objects and rules need no escape.
    private static void Append(StringBuilder text, string name, string policy, string rule, string result, long value) => text.Append(name)
        .Append("{policy=\"").Append(policy).Append("\",rule=\"").Append(rule).Append('"').Append(result).Append("} ")
        .Append(value.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
