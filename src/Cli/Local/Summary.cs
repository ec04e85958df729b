using System.Text;
using System.Text.Json.Serialization;
using Mesh.Cli.Output;

namespace Mesh.Cli.Local;

/// <summary>Where everything of a running mesh is. Also what <c>up -o json</c> prints.</summary>
internal sealed record Summary(
    string Name, string StateDirectory, IReadOnlyList<string> Api, IReadOnlyList<ListenerEntry> Gateways, IReadOnlyList<WorkloadEntry> Workloads)
{
    /// <summary>Whether the mesh lives where meshctl looks by itself.</summary>
    [JsonIgnore]
    public bool IsDefaultPlace => State.StateDirectory.ForName(Name).Root == StateDirectory;

    public static Summary Of(MeshRun run) => new(
        run.Plan.Name, run.State.Root, run.Context.ApiUrls,
        [.. run.Files.GatewayListeners(run.Plan).Select(l => new ListenerEntry(l.Id, $"{l.Scheme}://{l.Address}:{l.Port}/"))],
        [.. run.Plan.Instances.Where(i => !i.IsGateway).Select(i => new WorkloadEntry(i.Id, i.Registration.Address, i.Registration.Ports, i.App is not null,
            i.Proxy is null ? null : $"http://{i.Registration.ProxyAddress}:15090/stats/prometheus"))]);

    public string Render(Terminal terminal)
    {
        var text = new StringBuilder();
        text.Append(terminal.Good($"Mesh {Name} is up.")).Append("\n\n");
        foreach (var gateway in Gateways) Line(text, "gateway", $"{terminal.Strong(gateway.Url)}  ({gateway.Gateway})");
        Line(text, "API", string.Join("  ", Api));
        if (Workloads.FirstOrDefault(w => w.Metrics is not null) is { } measured) Line(text, "metrics", $"{measured.Metrics}  ({measured.Id}, and likewise for each)");
        Line(text, "state", StateDirectory);
        text.Append('\n');
        var table = new TextTable("WORKLOAD", "ADDRESS", "PORTS", "APPLICATION");
        foreach (var w in Workloads)
            table.Add(w.Id, w.Address, string.Join(",", w.Ports.Select(p => $"{p.Key}->127.0.0.1:{p.Value}")), w.Started ? "started" : "start it yourself");
        text.Append(table).Append('\n');
        var place = IsDefaultPlace ? "" : $" --state-dir {StateDirectory}";
        text.Append("Try:\n  meshctl status").Append(place).Append("\n  meshctl apply -f FILE --wait").Append(place).Append('\n');
        return text.ToString();
    }

    private static void Line(StringBuilder text, string label, string value) => text.Append("  ").Append(label.PadRight(10)).Append(value).Append('\n');
}

internal sealed record ListenerEntry(string Gateway, string Url);

internal sealed record WorkloadEntry(string Id, string Address, IReadOnlyDictionary<string, int> Ports, bool Started, string? Metrics);
