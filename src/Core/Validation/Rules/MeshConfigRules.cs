using System.Collections.Immutable;
using System.Text.Json;
using System.Text.RegularExpressions;
using Mesh.Core.Identity;
using Mesh.Core.Resources.Mesh;
using Mesh.Core.Validation.Rules.MeshSettings;
using Mesh.Core.Validation.Rules.Networking;

namespace Mesh.Core.Validation.Rules;

/// <summary>What the settings of the mesh must satisfy beyond their fields.</summary>
internal static partial class MeshConfigRules
{
    private const string OnlyName = "default";

    private static readonly ImmutableArray<string> InboundVariables = ["SERVICE", "SERVICE_FQDN", "SERVICE_PORT", "TARGET_PORT", "SERVICE_PORT_NAME"];
    private static readonly ImmutableArray<string> OutboundVariables = ["SERVICE", "SERVICE_FQDN", "SERVICE_PORT", "SERVICE_PORT_NAME", "SUBSET_NAME"];

    public static void Check(MeshConfig spec, RuleContext context)
    {
        if (context.Metadata.Name != OnlyName) context.OfMetadata("name").Error($"a mesh has one MeshConfig, named {OnlyName}");
        CheckSettings(spec, context);
    }

    /// <summary>Also for the copy inside a LocalMesh.</summary>
    public static void CheckSettings(MeshConfig spec, RuleContext context)
    {
        CheckIdentity(spec, context);
        if (spec.RootNamespace.Length > 0 && !Names.IsDns1123Label(spec.RootNamespace)) context.Field("rootNamespace").Error(Names.LabelReason(spec.RootNamespace));
        if (spec.DefaultHttpRetryPolicy is { } retry) RetryRules.Check(retry, null, context.Field("defaultHttpRetryPolicy"));
        ExportRules.Check(spec.DefaultServiceExportTo, context.Field("defaultServiceExportTo"));
        ExportRules.Check(spec.DefaultVirtualServiceExportTo, context.Field("defaultVirtualServiceExportTo"));
        ExportRules.Check(spec.DefaultDestinationRuleExportTo, context.Field("defaultDestinationRuleExportTo"));
        if (spec.LocalityLbSetting is { } locality) LocalityRules.Check(locality, hasOutlierDetection: true, context.Field("localityLbSetting")); // each DestinationRule says for itself
        LabelSelectorRules.Check(spec.DiscoverySelectors, context.Field("discoverySelectors"));
        MeshTlsRules.CheckMutual(spec.MeshMtls, context.Field("meshMTLS"));
        MeshTlsRules.CheckDefaults(spec.TlsDefaults, context.Field("tlsDefaults"));
        if (spec.CompliancePolicy is not ("" or "fips-140-2" or "pqc")) context.Field("compliancePolicy").Error($"unknown standard {Names.Quote(spec.CompliancePolicy)}", "Use fips-140-2 or pqc, or leave it out.");
        CheckTelemetry(spec, context);
        ExtensionProviderRules.Check(spec, context);
        CheckHosts(spec, context);
        if (spec.DefaultConfig is { } proxies) MeshProxyRules.Check(proxies, context.Field("defaultConfig"));
    }

    public static void CheckTrustDomain(string domain, RuleContext context)
    {
        if (domain.Length == 0 || !SpiffeId.TryParse($"spiffe://{domain}/x", out _))
            context.Error($"{Names.Quote(domain)} is not a trust domain: lower-case letters, digits, dots, dashes and underscores");
    }

    private static void CheckIdentity(MeshConfig spec, RuleContext context)
    {
        if (spec.TrustDomain.Length > 0) CheckTrustDomain(spec.TrustDomain, context.Field("trustDomain"));
        for (var i = 0; i < spec.TrustDomainAliases.Length; i++) CheckTrustDomain(spec.TrustDomainAliases[i], context.Field("trustDomainAliases").Item(i));
        for (var i = 0; i < spec.CaCertificates.Length; i++)
        {
            var certificate = spec.CaCertificates[i];
            var at = context.Field("caCertificates").Item(i);
            if (certificate is { Pem: null, SpiffeBundleUrl: null }) at.ErrorOfWhole("must set pem or spiffeBundleUrl");
            if (certificate.Pem is { } pem && !pem.Contains("-----BEGIN CERTIFICATE-----", StringComparison.Ordinal)) at.Field("pem").Error("has no certificate in PEM form");
            if (certificate.SpiffeBundleUrl is { } url && !(Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme == "https")) at.Field("spiffeBundleUrl").Error($"{Names.Quote(url)} is not a URL with https");
            for (var d = 0; d < certificate.TrustDomains.Length; d++) CheckTrustDomain(certificate.TrustDomains[d], at.Field("trustDomains").Item(d));
        }

        if (spec.Ca is { Address.Length: > 0 } ca && !Addresses.IsHostAndPort(ca.Address)) context.Field("ca").Field("address").Error($"{Names.Quote(ca.Address)} is not a host with a port");
    }

    private static void CheckTelemetry(MeshConfig spec, RuleContext context)
    {
        CheckPattern(spec.InboundClusterStatName, InboundVariables, context.Field("inboundClusterStatName"));
        CheckPattern(spec.OutboundClusterStatName, OutboundVariables, context.Field("outboundClusterStatName"));
        if (spec.AccessLogEncoding == AccessLogEncoding.Json && spec.AccessLogFormat.Length > 0 && !IsJsonMap(spec.AccessLogFormat))
            context.Field("accessLogFormat").Error("must be a JSON map of strings when accessLogEncoding is JSON");
    }

    private static void CheckHosts(MeshConfig spec, RuleContext context)
    {
        for (var i = 0; i < spec.ServiceSettings.Length; i++)
        {
            var hosts = spec.ServiceSettings[i].Hosts;
            for (var h = 0; h < hosts.Length; h++) Hosts.CheckHostOrWildcard(hosts[h], context.Field("serviceSettings").Item(i).Field("hosts").Item(h));
        }

        for (var i = 0; i < spec.ServiceScopeConfigs.Length; i++)
        {
            LabelSelectorRules.Check(spec.ServiceScopeConfigs[i].NamespaceSelector, context.Field("serviceScopeConfigs").Item(i).Field("namespaceSelector"));
            LabelSelectorRules.Check(spec.ServiceScopeConfigs[i].ServicesSelector, context.Field("serviceScopeConfigs").Item(i).Field("servicesSelector"));
        }
    }

    private static void CheckPattern(string pattern, ImmutableArray<string> variables, RuleContext context)
    {
        foreach (Match variable in Variable().Matches(pattern))
            if (!variables.Contains(variable.Groups[1].Value)) context.Error($"unknown variable {variable.Value}", $"Use %{string.Join("%, %", variables)}%.");
    }

    private static bool IsJsonMap(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return document.RootElement.ValueKind == JsonValueKind.Object;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    [GeneratedRegex("%([^%]*)%")]
    private static partial Regex Variable();
}
