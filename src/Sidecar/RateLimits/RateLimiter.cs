using Mesh.Sidecar.Http;

namespace Mesh.Sidecar.RateLimits;

/// <summary>
/// All limits of one filter chain. Every rule that matches must admit a request; the first that does not refuses it, and those before it get
/// their tokens back, so that what is refused costs nothing elsewhere. Policies in shadow come after: they count what passes. Immutable;
/// deciding takes no lock but that of a stripe of keys, and allocates nothing.
/// </summary>
internal sealed class RateLimiter
{
    /// <summary>So many rules are noted on the stack.</summary>
    private const int Few = 128;

    private readonly (LimitPolicyModel Policy, LimitRuleModel Rule)[] _enforced;
    private readonly LimitRuleModel[] _shadows;
    private readonly TimeProvider _time;

    public RateLimiter(IReadOnlyList<LimitPolicyModel> policies, TimeProvider time)
    {
        _enforced = [.. policies.Where(p => !p.IsShadow).SelectMany(p => p.Rules.Select(r => (p, r)))];
        _shadows = [.. policies.Where(p => p.IsShadow).SelectMany(p => p.Rules)];
        _time = time;
        Policies = policies;
    }

    public IReadOnlyList<LimitPolicyModel> Policies { get; }

    /// <param name="request">The request.</param>
    /// <param name="notice">Who refused it; or, admitted, the rule with least left of those whose policy tells so, if any.</param>
    public bool TryAdmit(ProxyRequest request, out LimitNotice? notice)
    {
        notice = null;
        var now = _time.GetTimestamp();
        Span<bool> taken = _enforced.Length <= Few ? stackalloc bool[_enforced.Length] : new bool[_enforced.Length];
        for (var i = 0; i < _enforced.Length; i++)
        {
            var (policy, rule) = _enforced[i];
            taken[i] = rule.IsMatch(request);
            if (!taken[i]) continue;
            if (!rule.State.TryTake(rule.KeyOf(request), now, out var level))
            {
                rule.State.Counters.CountRefused();
                GiveBack(request, taken[..i]);
                notice = new LimitNotice(policy, rule, level);
                return false;
            }
            if (policy.Response.OnAdmitted && (notice is null || level.Remaining < notice.Value.Level.Remaining)) notice = new LimitNotice(policy, rule, level);
        }
        // Counted only once all have admitted it.
        for (var i = 0; i < _enforced.Length; i++)
            if (taken[i]) _enforced[i].Rule.State.Counters.CountAdmitted();
        foreach (var rule in _shadows)
            if (rule.IsMatch(request)) Shadow(request, rule, now);
        return true;
    }

    private void GiveBack(ProxyRequest request, ReadOnlySpan<bool> taken)
    {
        for (var i = 0; i < taken.Length; i++)
            if (taken[i]) _enforced[i].Rule.State.GiveBack(_enforced[i].Rule.KeyOf(request));
    }

    private static void Shadow(ProxyRequest request, LimitRuleModel rule, long now)
    {
        if (rule.State.TryTake(rule.KeyOf(request), now, out _)) rule.State.Counters.CountAdmitted();
        else rule.State.Counters.CountShadowed();
    }
}
