using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Mesh.Cli.Client;
using Mesh.Cli.Output;

namespace Mesh.Cli.Commands;

/// <summary><c>meshctl status</c>: is everything connected, and does every proxy have the last change?</summary>
internal static class StatusCommand
{
    public static Command Create(Terminal terminal, TimeProvider time)
    {
        var output = CommonOptions.Output("table", "json");
        var command = new Command("status", "Show replicas, agents and proxies, and whether all are in sync.") { output };
        command.SetAction(async (parsed, cancel) =>
        {
            using var api = parsed.Connect(time);
            var status = await api.StatusAsync(cancel);
            terminal.Out.Write(parsed.GetValue(output) == "json" ? JsonSerializer.Serialize(status, CommonOptions.Json) + "\n" : Render(status, terminal));
            return ExitCodes.Ok;
        });
        HelpWithExamples.Add(command, "meshctl status\nmeshctl status -o json | jq '.proxies[] | select(.inSync | not)'");
        return command;
    }

    internal static string Render(StatusAnswer status, Terminal terminal)
    {
        var behind = status.Proxies.Count(p => !(p.Connected && p.InSync));
        var headline = $"{status.Proxies.Count - behind} of {status.Proxies.Count} proxies in sync, revision {status.Revision}, trust domain {status.TrustDomain}";
        var replicas = new TextTable("REPLICA", "ADDRESS", "STATUS", "REVISION", "ROLE");
        foreach (var r in status.Replicas) replicas.Add(r.Name, r.Address, r.Status, Text(r.Revision), Role(r));
        var agents = new TextTable("AGENT", "REPLICA", "CONNECTED", "REVISION", "WORKLOADS");
        foreach (var a in status.Agents) agents.Add(a.Node, a.Replica ?? "", YesNo(a.Connected), Text(a.Revision), a.Workloads.ToString(CultureInfo.InvariantCulture));
        var proxies = new TextTable("PROXY", "ROLE", "NODE", "CONNECTED", "IN SYNC", "REVISION", "VERSION");
        foreach (var p in status.Proxies) proxies.Add(p.Id, p.Role, p.Node, YesNo(p.Connected), YesNo(p.InSync), Text(p.Revision), p.Version ?? "");
        var workloads = new TextTable("WORKLOAD", "ADDRESS", "HEALTH", "SERVICE ACCOUNT");
        foreach (var w in status.Workloads) workloads.Add(w.Id, w.Address, w.Health, w.ServiceAccount);
        var away = string.Concat(status.Proxies.Where(p => !p.Connected).Select(p => $"{p.Id} is registered on {p.Node} and not connected\n"));
        var errors = away + string.Concat(status.Proxies.SelectMany(p => (p.Errors ?? []).Select(e => $"{p.Id}: {e}\n")));
        var waits = string.Concat(status.Proxies.SelectMany(p => (p.Waiting ?? []).Select(w => (w.Object, w.Reason))).CountBy(w => w)
            .Select(w => $"{ChangeReport.NameOf(w.Key.Object)} waits on {w.Value} proxies: {w.Key.Reason}\n"));
        return $"{(behind == 0 ? terminal.Good(headline) : terminal.Bad(headline))}\n\n{replicas}\n{agents}\n{proxies}\n{workloads}{(waits.Length > 0 ? "\n" + waits : "")}{(errors.Length > 0 ? "\n" + terminal.Bad(errors) : "")}";
    }

    private static string Role(ReplicaStatus replica) => (replica.ConfigLog, replica.Leader) switch
    {
        (true, true) => "config log, leader",
        (true, false) => "config log",
        (false, true) => "leader",
        _ => "",
    };

    private static string YesNo(bool value) => value ? "yes" : "no";

    private static string Text(ulong value) => value.ToString(CultureInfo.InvariantCulture);
}
