using Mesh.Core.Resources.Mesh;

namespace Mesh.Core.Validation.Rules.MeshSettings;

/// <summary>What the settings of single proxies must satisfy.</summary>
internal static class MeshProxyRules
{
    public static void Check(MeshProxyConfig proxies, RuleContext context)
    {
        CheckAddress(proxies.DiscoveryAddress, context.Field("discoveryAddress"));
        CheckAddress(proxies.ZipkinAddress, context.Field("zipkinAddress"));
        CheckAddress(proxies.StatsdUdpAddress, context.Field("statsdUdpAddress"));
        CheckAddress(proxies.EnvoyMetricsServiceAddress, context.Field("envoyMetricsServiceAddress"));
        CheckAddress(proxies.EnvoyAccessLogService?.Address ?? "", context.Field("envoyAccessLogService").Field("address"));
        CheckAddress(proxies.EnvoyMetricsService?.Address ?? "", context.Field("envoyMetricsService").Field("address"));
        if (proxies.Tracing is { } tracing) CheckTracing(tracing, context.Field("tracing"));
        if (proxies.ControlPlaneAuthPolicy == ControlPlaneAuthPolicy.Inherit) context.Field("controlPlaneAuthPolicy").Error("the mesh has nothing to inherit from", "Use MUTUAL_TLS.");
        if (proxies.PrivateKeyProvider is { } keys) CheckKeys(keys, context.Field("privateKeyProvider"));
        if (proxies.ProxyStatsMatcher is { } matcher)
            for (var i = 0; i < matcher.InclusionRegexps.Length; i++) RegexRules.Check(matcher.InclusionRegexps[i], context.Field("proxyStatsMatcher").Field("inclusionRegexps").Item(i));
    }

    private static void CheckTracing(MeshTracing tracing, RuleContext context)
    {
        if (tracing.Zipkin is { } zipkin) CheckTracer(zipkin.Address, context.Field("zipkin").Field("address"));
        if (tracing.Datadog is { } datadog) CheckTracer(datadog.Address, context.Field("datadog").Field("address"));
        if (tracing.Lightstep is { } lightstep)
        {
            CheckTracer(lightstep.Address, context.Field("lightstep").Field("address"));
            if (lightstep.AccessToken.Length == 0) context.Field("lightstep").Field("accessToken").Error("required");
        }

        TelemetryRules.CheckTags(tracing.CustomTags, context.Field("customTags"));
    }

    private static void CheckKeys(PrivateKeyProvider keys, RuleContext context)
    {
        if (keys is { Cryptomb: null, Qat: null }) context.ErrorOfWhole("must set cryptomb or qat");
        foreach (var (name, settings) in (ReadOnlySpan<(string, KeyProviderSettings?)>)[("cryptomb", keys.Cryptomb), ("qat", keys.Qat)])
            if (settings?.PollDelay == TimeSpan.Zero) context.Field(name).Field("pollDelay").Error("must be more than 0s");
    }

    private static void CheckTracer(string address, RuleContext context)
    {
        if (address.Length == 0) context.Error("required");
        else CheckAddress(address, context);
    }

    // $(HOST_IP):8126 is filled in where the proxy starts.
    private static void CheckAddress(string address, RuleContext context)
    {
        if (address.Length > 0 && !address.Contains("$(", StringComparison.Ordinal) && !Addresses.IsHostAndPort(address)) context.Error($"{Names.Quote(address)} is not a host with a port");
    }
}
