using System.Text.RegularExpressions;
using Mesh.Core.Resources.Mesh;

namespace Mesh.Core.Validation.Rules;

/// <summary>What a LocalMesh must satisfy beyond its fields.</summary>
internal static partial class LocalMeshRules
{
    private static readonly string[] SetByMesh = ["PORT", "HTTP_PROXY", "http_proxy", "MESH_OUTBOUND"];

    public static void Check(LocalMesh spec, RuleContext context)
    {
        if (spec.MeshConfig is { } config) MeshConfigRules.CheckSettings(config, context.Field("meshConfig"));
        var names = new HashSet<(string, string)>();
        for (var i = 0; i < spec.Gateways.Length; i++)
        {
            var gateway = spec.Gateways[i];
            var at = context.Field("gateways").Item(i);
            CheckName(gateway.Name, gateway.Namespace, "mesh-system", names, at);
            at.Field("labels").CheckLabels(gateway.Labels);
            if (gateway.Address.Length > 0 && !Hosts.IsIpAddress(gateway.Address)) at.Field("address").Error($"{Names.Quote(gateway.Address)} is not an IP address");
        }

        for (var i = 0; i < spec.Workloads.Length; i++)
        {
            var workload = spec.Workloads[i];
            var at = context.Field("workloads").Item(i);
            CheckName(workload.Name, workload.Namespace, "default", names, at);
            CheckWorkload(workload, at);
        }
    }

    private static void CheckName(string name, string scope, string defaultScope, HashSet<(string, string)> names, RuleContext context)
    {
        if (name.Length > 0 && !Names.IsDns1123Label(name)) context.Field("name").Error(Names.LabelReason(name));
        if (scope.Length > 0 && !Names.IsDns1123Label(scope)) context.Field("namespace").Error(Names.LabelReason(scope));
        var full = (scope.Length > 0 ? scope : defaultScope, name);
        if (name.Length > 0 && !names.Add(full)) context.Field("name").Error($"{full.Item1}/{name} is given twice", "Workloads and gateways of a namespace have names of their own.");
    }

    private static void CheckWorkload(LocalWorkload workload, RuleContext context)
    {
        if (workload.ServiceAccount.Length > 0 && !Names.IsDns1123Subdomain(workload.ServiceAccount)) context.Field("serviceAccount").Error(Names.SubdomainReason(workload.ServiceAccount));
        context.Field("labels").CheckLabels(workload.Labels);
        CheckCommand(workload, context);
        foreach (var name in workload.Env.Keys)
        {
            var at = context.Field("env").Field(name);
            if (!EnvironmentName().IsMatch(name)) at.Error($"{Names.Quote(name)} is not a name of an environment variable");
            else if (SetByMesh.Contains(name)) at.Error($"{name} is set by the mesh", "Remove it.");
        }
    }

    private static void CheckCommand(LocalWorkload workload, RuleContext context)
    {
        if (workload.Command.IsEmpty)
        {
            if (context.Field("command").IsWritten) context.Field("command").ErrorOfWhole("must not be empty", "Leave it out for a workload that somebody else starts.");
            foreach (var (port, _) in workload.Ports.Where(p => p.Value == 0))
                context.Field("ports").Field($"{port}").Warn("0 lets the mesh choose the port, which only a command can be told", "Name the port the application listens on.");
            return;
        }

        if (workload.Command[0].Length == 0) context.Field("command").Item(0).Error("names no program");
        if (workload.Replicas is not > 1) return;
        foreach (var (port, fixedPort) in workload.Ports.Where(p => p.Value != 0))
            context.Field("ports").Field($"{port}").Error($"{workload.Replicas} replicas cannot all listen on port {fixedPort}", "Use 0.");
    }

    [GeneratedRegex("^[A-Za-z_][A-Za-z0-9_]*$")]
    private static partial Regex EnvironmentName();
}
