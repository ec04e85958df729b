using System.Globalization;
using Mesh.Core.Resources.Networking;

namespace Mesh.Core.Validation.Rules.Networking;

/// <summary>What a listener for requests to a workload must satisfy.</summary>
internal static class SidecarIngressRules
{
    public static void Check(SidecarIngressListener listener, RuleContext context)
    {
        if (listener.Port is { } port)
        {
            SidecarRules.CheckPort(port, context.Field("port"));
            if (port.Number == 0) context.Field("port").Field("number").Error("must be from 1 to 65535, is 0");
        }

        if (listener.Bind.Length > 0) Addresses.CheckIpAddress(listener.Bind, context.Field("bind"));
        if (listener.DefaultEndpoint.Length > 0) CheckEndpoint(listener.DefaultEndpoint, context.Field("defaultEndpoint"));
        if (listener.Tls is { } tls) CheckTls(tls, context.Field("tls"));
        if (listener.ConnectionPool is not { } pool) return;
        ConnectionPoolRules.Check(pool, context.Field("connectionPool"));
        if (pool.Http is not null && listener.Port is { } spoken && !Protocols.IsHttp(spoken.Protocol))
            context.Field("connectionPool").Field("http").Warn($"has no effect: the port speaks {(spoken.Protocol.Length > 0 ? spoken.Protocol : "nothing that is known")}, not HTTP");
    }

    private static void CheckEndpoint(string endpoint, RuleContext at)
    {
        if (Addresses.IsUnix(endpoint))
        {
            Addresses.CheckUnix(endpoint, at);
            return;
        }

        var colon = endpoint.LastIndexOf(':');
        var host = colon < 0 ? endpoint : endpoint[..colon];
        if (colon < 0 || host is not ("" or "127.0.0.1" or "0.0.0.0" or "[::1]" or "[::]"))
            at.Error($"{Names.Quote(endpoint)} is not an address of the workload", "Write 127.0.0.1:PORT, 0.0.0.0:PORT, [::1]:PORT, [::]:PORT or unix:///path.");
        else if (!ushort.TryParse(endpoint.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port == 0)
            at.Error($"{Names.Quote(endpoint)} has no port from 1 to 65535");
    }

    private static void CheckTls(ServerTlsSettings tls, RuleContext context)
    {
        const string files = "Sidecars read certificates from files.";
        if (!tls.SubjectAltNames.IsEmpty) context.Field("subjectAltNames").Error("is for gateways only");
        if (tls.HttpsRedirect) context.Field("httpsRedirect").Error("is for gateways only");
        if (tls.CredentialName.Length > 0) context.Field("credentialName").Error("is for gateways only", files);
        if (!tls.CredentialNames.IsEmpty) context.Field("credentialNames").Error("is for gateways only", files);
        if (tls.CaCertCredentialName.Length > 0) context.Field("caCertCredentialName").Error("is for gateways only", files);
        if (tls.Mode is ServerTlsMode.IstioMutual or ServerTlsMode.AutoPassthrough) context.Field("mode").Error("must be SIMPLE, MUTUAL or OPTIONAL_MUTUAL", "Mutual TLS of the mesh is set by PeerAuthentication.");
        else if (tls.Mode is ServerTlsMode.Passthrough) context.Warn("has no effect: mode PASSTHROUGH opens nothing", "Use SIMPLE, MUTUAL or OPTIONAL_MUTUAL.");
        ServerTlsRules.Check(tls, context);
    }
}
