using System.Collections.Immutable;
using System.Globalization;
using Mesh.Core.Resources.Mesh;

namespace Mesh.Core.Validation.Rules.MeshSettings;

/// <summary>What the extension providers of a mesh must satisfy.</summary>
internal static class ExtensionProviderRules
{
    /// <summary>Providers that are there without being defined.</summary>
    private static readonly ImmutableArray<string> BuiltIn = ["prometheus", "stackdriver", "envoy"];

    public static void Check(MeshConfig spec, RuleContext context)
    {
        context.Field("extensionProviders").CheckUnique(spec.ExtensionProviders, p => p.Name, "provider", field: "name");
        for (var i = 0; i < spec.ExtensionProviders.Length; i++) Check(spec.ExtensionProviders[i], context.Field("extensionProviders").Item(i));
        if (spec.DefaultProviders is not { } defaults) return;
        var names = spec.ExtensionProviders.Select(p => p.Name).Concat(BuiltIn).ToHashSet(StringComparer.Ordinal);
        CheckDefaults(defaults.Tracing, names, context.Field("defaultProviders").Field("tracing"));
        CheckDefaults(defaults.Metrics, names, context.Field("defaultProviders").Field("metrics"));
        CheckDefaults(defaults.AccessLogging, names, context.Field("defaultProviders").Field("accessLogging"));
    }

    private static void CheckDefaults(ImmutableArray<string> given, HashSet<string> names, RuleContext context)
    {
        for (var i = 0; i < given.Length; i++)
            if (!names.Contains(given[i])) context.Item(i).Warn($"there is no extension provider {Names.Quote(given[i])}");
    }

    private static void Check(ExtensionProvider provider, RuleContext context)
    {
        if (Services(provider).Concat(WithoutService(provider)).All(p => p.Provider is null)) context.ErrorOfWhole("must say what it is: envoyExtAuthzHttp, envoyExtAuthzGrpc, opentelemetry, zipkin, prometheus, envoyFileAccessLog or another");
        foreach (var (field, set, service) in Services(provider))
            if (set is not null && service.Length > 0) CheckService(service, context.Field(field).Field("service"));
        if (provider.EnvoyExtAuthzHttp is { } http) CheckHttp(http, context.Field("envoyExtAuthzHttp"));
        if (provider.EnvoyExtAuthzGrpc is { } grpc) CheckStatus(grpc.StatusOnError, context.Field("envoyExtAuthzGrpc").Field("statusOnError"));
        if (provider.Lightstep is { AccessToken: "" }) context.Field("lightstep").Field("accessToken").Error("required");
        if (provider.Opentelemetry is { Http: not null, Grpc: not null }) context.Field("opentelemetry").Error("only one of http, grpc may be set");
    }

    // host or namespace/host, no wildcards.
    private static void CheckService(string service, RuleContext context)
    {
        var slash = service.IndexOf('/');
        if (slash >= 0 && !Names.IsDns1123Label(service[..slash])) context.Error($"{Names.Quote(service[..slash])} is not a namespace", "Write \"host\" or \"namespace/host\".");
        Hosts.CheckHost(service[(slash + 1)..], context);
    }

    private static void CheckHttp(ExtAuthzHttpProvider provider, RuleContext context)
    {
        if (provider.PathPrefix.Length > 0 && provider.PathPrefix[0] != '/') context.Field("pathPrefix").Error($"must start with \"/\", {Names.Quote(provider.PathPrefix)} does not");
        CheckStatus(provider.StatusOnError, context.Field("statusOnError"));
        foreach (var name in provider.IncludeAdditionalHeadersInCheck.Keys)
            if (!Names.IsHeaderName(name)) context.Field("includeAdditionalHeadersInCheck").Field(name).Error($"{Names.Quote(name)} is not a header name");
    }

    private static void CheckStatus(string status, RuleContext context)
    {
        if (status.Length > 0 && !(int.TryParse(status, NumberStyles.None, CultureInfo.InvariantCulture, out var code) && code is 100 or (>= 200 and <= 511)))
            context.Error($"{Names.Quote(status)} is not an HTTP status", "Write a number from 200 to 511 in quotes.");
    }

    private static (string Field, object? Provider, string Service)[] Services(ExtensionProvider p) =>
    [
        ("envoyExtAuthzHttp", p.EnvoyExtAuthzHttp, p.EnvoyExtAuthzHttp?.Service ?? ""), ("envoyExtAuthzGrpc", p.EnvoyExtAuthzGrpc, p.EnvoyExtAuthzGrpc?.Service ?? ""),
        ("zipkin", p.Zipkin, p.Zipkin?.Service ?? ""), ("lightstep", p.Lightstep, p.Lightstep?.Service ?? ""), ("datadog", p.Datadog, p.Datadog?.Service ?? ""),
        ("opencensus", p.Opencensus, p.Opencensus?.Service ?? ""), ("skywalking", p.Skywalking, p.Skywalking?.Service ?? ""),
        ("opentelemetry", p.Opentelemetry, p.Opentelemetry?.Service ?? ""), ("envoyHttpAls", p.EnvoyHttpAls, p.EnvoyHttpAls?.Service ?? ""),
        ("envoyTcpAls", p.EnvoyTcpAls, p.EnvoyTcpAls?.Service ?? ""), ("envoyOtelAls", p.EnvoyOtelAls, p.EnvoyOtelAls?.Service ?? ""), ("sds", p.Sds, p.Sds?.Service ?? ""),
    ];

    private static (string Field, object? Provider, string Service)[] WithoutService(ExtensionProvider p) =>
        [("stackdriver", p.Stackdriver, ""), ("prometheus", p.Prometheus, ""), ("envoyFileAccessLog", p.EnvoyFileAccessLog, "")];
}
