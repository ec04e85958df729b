using Mesh.Core.Resources.Networking;

namespace Mesh.Core.Validation.Rules.Networking;

/// <summary>What the choice of endpoints must satisfy.</summary>
internal static class LoadBalancerRules
{
    /// <summary>Envoy's limits.</summary>
    private const int MaxMaglevTable = 5_000_011;
    private const int MaxRing = 8 * 1024 * 1024;

    public static void Check(LoadBalancerSettings balancer, OutlierDetection? outlier, RuleContext context)
    {
        if (balancer is { LocalityLbSetting: not null, ZoneAwareLbSetting: not null }) context.Conflict("only one of localityLbSetting, zoneAwareLbSetting may be set");
        if (balancer.LocalityLbSetting is { } locality) LocalityRules.Check(locality, outlier is not null, context.Field("localityLbSetting"));
        if (balancer.ZoneAwareLbSetting is { } zones) LocalityRules.Check(zones, context.Field("zoneAwareLbSetting"));
        if (balancer.ConsistentHash is { } hash) CheckHash(hash, context.Field("consistentHash"));
        CheckWarmup(balancer, context);
    }

    private static void CheckWarmup(LoadBalancerSettings balancer, RuleContext context)
    {
        if (balancer.WarmupDurationSecs is not null) context.Field("warmupDurationSecs").Warn("deprecated", "Use warmup.duration.");
        if (balancer is { WarmupDurationSecs: not null, Warmup: not null }) context.Conflict("only one of warmup, warmupDurationSecs may be set");
        if (balancer.Warmup is not null && (balancer.ConsistentHash is not null || balancer.Simple is SimpleLb.Random or SimpleLb.Passthrough))
            context.Field("warmup").Warn("has no effect: only ROUND_ROBIN and LEAST_REQUEST mind it");
    }

    private static void CheckHash(ConsistentHashLb hash, RuleContext context)
    {
        if (hash is { HttpHeaderName: null, HttpCookie: null, UseSourceIp: null, HttpQueryParameterName: null })
            context.ErrorOfWhole("must set httpHeaderName, httpCookie, useSourceIp or httpQueryParameterName");
        if (hash.HttpHeaderName is { } header && !Names.IsHeaderName(header)) context.Field("httpHeaderName").Error($"{Names.Quote(header)} is not a header name");
        if (hash.HttpQueryParameterName is "") context.Field("httpQueryParameterName").Error("must not be empty");
        if (hash.UseSourceIp == false) context.Field("useSourceIp").Warn("says nothing to hash by", "Set it to true, or choose a header, cookie or query parameter.");
        if (hash.HttpCookie is { Name.Length: > 0 } cookie) CheckCookie(cookie, context.Field("httpCookie"));
        if (hash.MinimumRingSize != 0) context.Field("minimumRingSize").Warn("deprecated", "Use ringHash.minimumRingSize.");
        if (hash.MinimumRingSize != 0 && (hash.RingHash is not null || hash.Maglev is not null)) context.Conflict("only one of minimumRingSize, ringHash, maglev may be set");
        if (Math.Max(hash.MinimumRingSize, hash.RingHash?.MinimumRingSize ?? 0) > MaxRing)
            (hash.RingHash is null ? context : context.Field("ringHash")).Field("minimumRingSize").Error($"must be at most {MaxRing}");
        if (hash.Maglev is { } maglev) CheckTable(maglev.TableSize, context.Field("maglev").Field("tableSize"));
    }

    private static void CheckCookie(HttpCookie cookie, RuleContext context)
    {
        if (!Names.IsHeaderName(cookie.Name)) context.Field("name").Error($"{Names.Quote(cookie.Name)} is not a cookie's name");
        for (var i = 0; i < cookie.Attributes.Length; i++)
            if (cookie.Attributes[i].Name.Length > 0 && !Names.IsHeaderName(cookie.Attributes[i].Name)) context.Field("attributes").Item(i).Field("name").Error($"{Names.Quote(cookie.Attributes[i].Name)} is not an attribute's name");
    }

    private static void CheckTable(long size, RuleContext context)
    {
        if (size == 0) context.Error("required", "65537 suits most services.");
        else if (size >= MaxMaglevTable) context.Error($"must be less than {MaxMaglevTable}, is {size}");
        else if (!IsPrime(size)) context.Error($"must be a prime number, is {size}", "65537 suits most services.");
    }

    private static bool IsPrime(long number)
    {
        if (number < 4) return number > 1;
        if (number % 2 == 0) return false;
        for (var factor = 3L; factor * factor <= number; factor += 2)
            if (number % factor == 0) return false;
        return true;
    }
}
