using System.Globalization;
using System.Text.Json;
using Mesh.Bench.Churn;

namespace Mesh.Bench.Output;

/// <summary>The result of <c>mesh-bench churn</c>, for people and for programs.</summary>
internal static class ChurnOutput
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static void WriteTable(TextWriter output, MachineDescription machine, ChurnReport report)
    {
        output.WriteLine(machine.ToString());
        output.WriteLine(report.Description);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{report.Changes} changes in {report.Seconds:0} s; {report.Load.Requests} requests meanwhile ({report.Load.RequestsPerSecond:0}/s), {report.Load.Errors} failed"));
        output.WriteLine();
        Table.Write(output, ["sidecar of", "sockets before", "after", "threads before", "after", "heap MB before", "after", "resident MB before", "after"],
            report.Sides.Select(s => (IReadOnlyList<string>)
            [
                s.Side, Text(s.Before.Sockets), Text(s.After.Sockets), Text(s.Before.Threads), Text(s.After.Threads),
                Text(s.Before.HeapMegabytes), Text(s.After.HeapMegabytes), Text(s.Before.ResidentMegabytes), Text(s.After.ResidentMegabytes),
            ]));
        foreach (var problem in report.Problems)
            output.WriteLine($"PROBLEM: {problem}");
        if (report.Problems.Count == 0)
            output.WriteLine("no request failed, nothing leaked");
    }

    public static void WriteJson(TextWriter output, MachineDescription machine, ChurnReport report) =>
        output.WriteLine(JsonSerializer.Serialize(new
        {
            machine, report.Description, report.Changes, report.Seconds, report.Load.Requests, report.Load.Errors,
            Sides = report.Sides.Select(s => new { s.Side, s.Before, s.After }), report.Problems,
        }, Json));

    private static string Text(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);
}
