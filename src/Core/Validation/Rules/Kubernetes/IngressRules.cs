using Mesh.Core.Resources.Kubernetes;

namespace Mesh.Core.Validation.Rules.Kubernetes;

/// <summary>What an Ingress must satisfy beyond its fields, after Kubernetes' own validation.</summary>
internal static class IngressRules
{
    private static readonly string[] NotInPaths = ["//", "/./", "/../", "%2f", "%2F"];

    public static void Check(IngressSpec spec, RuleContext context)
    {
        if (spec.Rules.IsEmpty && spec.DefaultBackend is null) context.ErrorOfWhole("must set rules or defaultBackend");
        if (spec.DefaultBackend is { } backend) CheckBackend(backend, context.Field("defaultBackend"));
        for (var i = 0; i < spec.Tls.Length; i++)
            for (var h = 0; h < spec.Tls[i].Hosts.Length; h++) CheckHost(spec.Tls[i].Hosts[h], context.Field("tls").Item(i).Field("hosts").Item(h));
        for (var i = 0; i < spec.Rules.Length; i++)
        {
            var at = context.Field("rules").Item(i);
            if (spec.Rules[i].Host.Length > 0) CheckHost(spec.Rules[i].Host, at.Field("host"));
            if (spec.Rules[i].Http is not { } http) continue;
            for (var p = 0; p < http.Paths.Length; p++) CheckPath(http.Paths[p], at.Field("http").Field("paths").Item(p));
        }
    }

    private static void CheckHost(string host, RuleContext context)
    {
        if (Hosts.IsIpAddress(host)) context.Error($"{Names.Quote(host)} must be a DNS name, not an address");
        else if (host == "*") context.Error("must be a DNS name or start with \"*.\"", "Leave it out for all hosts.");
        else if (Hosts.IsPartialWildcard(host)) context.Error($"{Names.Quote(host)} must be a DNS name or start with \"*.\"");
        else Hosts.CheckHostOrWildcard(host, context);
    }

    private static void CheckPath(IngressPath path, RuleContext context)
    {
        var at = context.Field("path");
        if (path.PathType is IngressPathType.Exact or IngressPathType.Prefix)
        {
            if (!path.Path.StartsWith('/')) at.Error(path.Path.Length == 0 ? "required for Exact and Prefix" : $"must start with \"/\", {Names.Quote(path.Path)} does not");
            else if (Array.Find(NotInPaths, p => path.Path.Contains(p, StringComparison.Ordinal)) is { } bad) at.Error($"must not contain {Names.Quote(bad)}");
            else if (path.Path.EndsWith("/..", StringComparison.Ordinal) || path.Path.EndsWith("/.", StringComparison.Ordinal)) at.Error("must not end with \"/..\" or \"/.\"");
        }
        else if (path.Path.Length > 0 && path.Path[0] != '/')
        {
            at.Error($"must start with \"/\", {Names.Quote(path.Path)} does not");
        }

        if (path.Backend is { } backend) CheckBackend(backend, context.Field("backend"));
    }

    private static void CheckBackend(IngressBackend backend, RuleContext context)
    {
        if (backend is { Service: null, Resource: null }) context.ErrorOfWhole("must set service or resource");
        if (backend.Service is not { } service) return;
        var at = context.Field("service");
        if (service.Name.Length > 0 && !Names.IsDns1035Label(service.Name)) at.Field("name").Error(Names.Dns1035Reason(service.Name));
        if (service.Port is { Name: "", Number: 0 }) at.Field("port").ErrorOfWhole("must set name or number");
        if (service.Port is { Name.Length: > 0, Number: not 0 }) at.Field("port").Error("only one of name, number may be set");
    }
}
