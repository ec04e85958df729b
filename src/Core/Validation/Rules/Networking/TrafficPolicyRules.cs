using Mesh.Core.Resources.Networking;

namespace Mesh.Core.Validation.Rules.Networking;

/// <summary>What a traffic policy must satisfy, for a host, a subset or one port.</summary>
internal static class TrafficPolicyRules
{
    public static void Check(TrafficPolicy policy, RuleContext context)
    {
        if (policy is { LoadBalancer: null, ConnectionPool: null, OutlierDetection: null, Tls: null, Tunnel: null, ProxyProtocol: null, RetryBudget: null, PortLevelSettings.IsEmpty: true })
            context.ErrorOfWhole("must set at least one policy");
        if (policy is { Tunnel: not null, ProxyProtocol: not null }) context.Conflict("only one of tunnel, proxyProtocol may be set");
        CheckParts(policy.LoadBalancer, policy.ConnectionPool, policy.OutlierDetection, policy.Tls, context);
        if (policy.Tunnel is { } tunnel) CheckTunnel(tunnel, context.Field("tunnel"));
        if (policy is { RetryBudget: not null, ConnectionPool.Http.MaxRetries: > 0 }) context.Field("connectionPool").Field("http").Field("maxRetries").Warn("ignored: retryBudget limits retries");
        for (var i = 0; i < policy.PortLevelSettings.Length; i++) CheckPort(policy, i, context.Field("portLevelSettings").Item(i));
    }

    private static void CheckPort(TrafficPolicy policy, int index, RuleContext context)
    {
        var port = policy.PortLevelSettings[index];
        if (port.Port is { Number: 0 }) context.Field("port").Field("number").Error("required");
        if (port.Port is { } selector && policy.PortLevelSettings.Take(index).Any(p => p.Port?.Number == selector.Number)) context.Field("port").Error($"port {selector.Number} is given twice");
        if (port is { LoadBalancer: null, ConnectionPool: null, OutlierDetection: null, Tls: null }) context.ErrorOfWhole("must set at least one policy");
        CheckParts(port.LoadBalancer, port.ConnectionPool, port.OutlierDetection, port.Tls, context);
    }

    private static void CheckParts(LoadBalancerSettings? balancer, ConnectionPoolSettings? pool, OutlierDetection? outlier, ClientTlsSettings? tls, RuleContext context)
    {
        if (balancer is not null) LoadBalancerRules.Check(balancer, outlier, context.Field("loadBalancer"));
        if (pool is not null) ConnectionPoolRules.Check(pool, context.Field("connectionPool"));
        if (outlier is not null) OutlierRules.Check(outlier, context.Field("outlierDetection"));
        if (tls is not null) ClientTlsRules.Check(tls, context.Field("tls"));
    }

    private static void CheckTunnel(TunnelSettings tunnel, RuleContext context)
    {
        if (tunnel.Protocol is not ("" or "CONNECT" or "POST")) context.Field("protocol").Error($"must be CONNECT or POST, is {Names.Quote(tunnel.Protocol)}");
        if (tunnel.TargetHost.Length > 0) Hosts.CheckHost(tunnel.TargetHost, context.Field("targetHost"));
    }
}
