using System.Collections.Immutable;
using Mesh.Core.Resources.Networking;

namespace Mesh.Core.Validation.Rules.Networking;

/// <summary>What the listeners for requests of a workload must satisfy.</summary>
internal static class SidecarEgressRules
{
    public static void Check(ImmutableArray<SidecarEgressListener> listeners, RuleContext context)
    {
        for (var i = 0; i < listeners.Length; i++)
        {
            var listener = listeners[i];
            var at = context.Item(i);
            if (listener.Port is { } port) CheckPort(listeners, i, port, at);
            else if (i < listeners.Length - 1) at.Conflict("a listener without port must be the last: it takes what the others leave", "Move it to the end.");
            if (listener is { Port: null, Bind.Length: > 0 }) at.Field("bind").Error("needs a port");
            CheckHosts(listener.Hosts, at.Field("hosts"));
        }
    }

    private static void CheckPort(ImmutableArray<SidecarEgressListener> listeners, int index, SidecarPort port, RuleContext context)
    {
        var listener = listeners[index];
        var others = listeners.Take(index).ToArray();
        SidecarRules.CheckPort(port, context.Field("port"));
        if (port.Number > 0)
        {
            if (listener.Bind.Length > 0) Addresses.CheckIpAddress(listener.Bind, context.Field("bind"));
            if (others.Any(o => o.Port?.Number == port.Number)) context.Field("port").Field("number").Error($"port {port.Number} is given twice");
            return;
        }

        if (!Addresses.IsUnix(listener.Bind)) context.Field("port").Field("number").Error("0 is for sockets only", "Give a port, or bind to unix:///path.");
        else
        {
            Addresses.CheckUnix(listener.Bind, context.Field("bind"));
            context.Field("bind").Warn("sockets are not listened on yet: the listener is left out; bind an IP address and a port");
        }

        if (listener.Bind.Length > 0 && others.Any(o => o.Bind == listener.Bind && o.Port is { Number: 0 })) context.Field("bind").Error($"{Names.Quote(listener.Bind)} is given twice");
        if (listener.CaptureMode == CaptureMode.Iptables) context.Field("captureMode").Error("must be DEFAULT or NONE for a socket");
    }

    private static void CheckHosts(ImmutableArray<string> hosts, RuleContext context)
    {
        var seen = new List<(string Scope, string Host)>();
        for (var i = 0; i < hosts.Length; i++)
        {
            var at = context.Item(i);
            if (hosts[i].Split('/', 2) is not [var scope, var host])
            {
                at.Error($"{Names.Quote(hosts[i])} has no namespace", "Write namespace/host, ./host for the object's own namespace or */host for any.");
                continue;
            }

            if (scope is not ("*" or "." or "~") && !Names.IsDns1123Label(scope)) at.Error($"{Names.Quote(scope)} is not a namespace", "Before the slash write a namespace, \".\", \"*\" or \"~\".");
            Hosts.CheckServiceOrWildcard(host, at);
            Hosts.CheckFullName(host, at);
            if (scope == ".") scope = context.Metadata.Namespace;
            if (seen.Any(s => s.Scope == scope && (s.Host == host || s.Host == "*" || host == "*"))) at.Warn($"{Names.Quote(hosts[i])} is covered by another host, or covers it");
            seen.Add((scope, host));
        }

        if (seen.Contains(("*", "*")) && seen.Any(s => s.Scope != "*")) context.Warn("\"*/*\" is every service, the other hosts add nothing");
    }
}
