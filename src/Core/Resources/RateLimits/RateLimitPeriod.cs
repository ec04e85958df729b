namespace Mesh.Core.Resources.RateLimits;

/// <summary>The period that a rule's requests are counted by.</summary>
public static class RateLimitPeriod
{
    /// <summary>Zero where the rule gives none, which validation refuses.</summary>
    public static TimeSpan Of(RateLimitRule rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        return rule.Per ?? rule.Unit switch
        {
            RateLimitUnit.Second => TimeSpan.FromSeconds(1),
            RateLimitUnit.Minute => TimeSpan.FromMinutes(1),
            RateLimitUnit.Hour => TimeSpan.FromHours(1),
            RateLimitUnit.Day => TimeSpan.FromDays(1),
            _ => TimeSpan.Zero,
        };
    }
}
