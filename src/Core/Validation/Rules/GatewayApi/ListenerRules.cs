using System.Text.RegularExpressions;
using Mesh.Core.Resources.GatewayApi;

namespace Mesh.Core.Validation.Rules.GatewayApi;

/// <summary>What one listener must satisfy.</summary>
internal static partial class ListenerRules
{
    public static void Check(GatewayListener listener, RuleContext context)
    {
        ReferenceRules.CheckSection(listener.Name, context.Field("name"));
        var protocol = listener.Protocol.ToUpperInvariant();
        if (protocol.Length > 0 && !Protocol().IsMatch(listener.Protocol)) context.Field("protocol").Error($"{Names.Quote(listener.Protocol)} is not a protocol", "Use HTTP, HTTPS, TLS, TCP, UDP, or domain/name.");
        if (listener.Hostname.Length > 0)
        {
            if (protocol is "TCP" or "UDP") context.Field("hostname").Error($"{protocol} has no host names", "Remove it.");
            else GatewayHosts.Check(listener.Hostname, context.Field("hostname"));
        }

        CheckTls(listener.Tls, protocol, context.Field("tls"));
        if (listener.AllowedRoutes is { } allowed) CheckAllowed(allowed, context.Field("allowedRoutes"));
    }

    public static void CheckNamespaces(GatewayNamespaces namespaces, bool isForRoutes, RuleContext context)
    {
        if (isForRoutes && namespaces.From == GatewayFromNamespaces.None) context.Field("from").Error("must be All, Selector or Same");
        if (namespaces.From == GatewayFromNamespaces.Selector && namespaces.Selector is null) context.Field("selector").Error("required for Selector");
        if (namespaces.From != GatewayFromNamespaces.Selector && namespaces.Selector is not null) context.Field("selector").Warn("has no effect without from: Selector");
        LabelSelectorRules.Check(namespaces.Selector, context.Field("selector"));
    }

    private static void CheckTls(GatewayListenerTls? tls, string protocol, RuleContext context)
    {
        if (tls is null)
        {
            if (protocol == "TLS") context.Error("required for protocol TLS");
            return;
        }

        if (protocol is "HTTP" or "TCP" or "UDP") context.Error($"{protocol} has no TLS", "Remove it, or use HTTPS or TLS.");
        if (protocol == "HTTPS" && tls.Mode == GatewayTlsMode.Passthrough) context.Field("mode").Error("must be Terminate for protocol HTTPS", "Use protocol TLS.");
        if (tls.Mode is null or GatewayTlsMode.Terminate && tls.CertificateRefs.IsEmpty && tls.Options.IsEmpty) context.ErrorOfWhole("must have certificateRefs or options for Terminate");
        ReferenceRules.CheckSecrets(tls.CertificateRefs, context.Field("certificateRefs"));
    }

    private static void CheckAllowed(GatewayAllowedRoutes allowed, RuleContext context)
    {
        if (allowed.Namespaces is { } namespaces) CheckNamespaces(namespaces, isForRoutes: true, context.Field("namespaces"));
        for (var i = 0; i < allowed.Kinds.Length; i++) ReferenceRules.CheckName(allowed.Kinds[i].Group ?? ReferenceRules.Group, allowed.Kinds[i].Kind, "", "", context.Field("kinds").Item(i));
    }

    [GeneratedRegex(@"\A([a-zA-Z0-9]([-a-zA-Z0-9]*[a-zA-Z0-9])?|[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/[A-Za-z0-9]+)\z")]
    private static partial Regex Protocol();
}
