using Mesh.Core.Resources.Networking;

namespace Mesh.Core.Validation.Rules.Networking;

/// <summary>What a WorkloadGroup must satisfy beyond its fields.</summary>
internal static class WorkloadGroupRules
{
    public static void Check(WorkloadGroup spec, RuleContext context)
    {
        if (spec.Metadata is { } metadata)
        {
            context.Field("metadata").Field("labels").CheckLabels(metadata.Labels);
            foreach (var key in metadata.Annotations.Keys.Where(k => !Names.IsQualifiedName(k))) context.Field("metadata").Field("annotations").Field(key).Error(Names.QualifiedReason(key));
        }

        if (spec.Template is { } template) CheckTemplate(template, context.Field("template"));
        if (spec.Probe is { } probe) CheckProbe(probe, context.Field("probe"));
    }

    private static void CheckTemplate(WorkloadEntry template, RuleContext context)
    {
        if (template.Address.Length > 0) context.Field("address").Warn("ignored: each workload of the group has its own address");
        if (!template.Labels.IsEmpty) context.Field("labels").Warn("ignored", "Set them in metadata.labels.");
        WorkloadEntryRules.CheckCommon(template, context);
    }

    private static void CheckProbe(ReadinessProbe probe, RuleContext context)
    {
        if (probe is { HttpGet: null, TcpSocket: null, Exec: null, Grpc: null }) context.ErrorOfWhole("must set httpGet, tcpSocket, exec or grpc");
        if (probe.HttpGet is { } http)
        {
            var at = context.Field("httpGet");
            if (http.Scheme is not ("" or "HTTP" or "HTTPS")) at.Field("scheme").Error($"must be HTTP or HTTPS, is {Names.Quote(http.Scheme)}");
            if (http.Path.Length > 0) RedirectRules.CheckPath(http.Path, at.Field("path"));
            if (http.Host.Length > 0) Hosts.CheckHost(http.Host, at.Field("host"));
            for (var i = 0; i < http.HttpHeaders.Length; i++)
                if (http.HttpHeaders[i].Name.Length > 0 && !Names.IsPlainHeaderName(http.HttpHeaders[i].Name)) at.Field("httpHeaders").Item(i).Field("name").Error($"{Names.Quote(http.HttpHeaders[i].Name)} is not a header name");
        }

        if (probe.TcpSocket is { Host.Length: > 0 } tcp) Hosts.CheckHost(tcp.Host, context.Field("tcpSocket").Field("host"));
        if (probe.Exec is { Command: [var program, ..] } && program.Length == 0) context.Field("exec").Field("command").Item(0).Error("names no program");
    }
}
