using System.Globalization;
using System.Text.Json;
using Mesh.Bench.Propagation;

namespace Mesh.Bench.Output;

/// <summary>The result of <c>mesh-bench propagation</c>, for people and for programs.</summary>
internal static class PropagationOutput
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static void WriteTable(TextWriter output, MachineDescription machine, PropagationReport report)
    {
        output.WriteLine(machine.ToString());
        output.WriteLine(report.Description);
        output.WriteLine(FormattableString.Invariant(
            $"{report.InForce.Count} changes; {report.Probes.Requests} requests meanwhile, {report.Probes.Failures} failed, {report.Probes.Relapses} by the old route after the new"));
        output.WriteLine();
        Table.Write(output, ["ms from sending the apply until", "p50", "p90", "p99", "max"],
        [
            Row("it is answered (persisted)", report.Accepted),
            Row("a request is routed by it", report.InForce),
            Row("wait says every proxy has it", report.Acknowledged),
        ]);
        foreach (var target in Targets(report))
            output.WriteLine(target);
    }

    public static void WriteJson(TextWriter output, MachineDescription machine, PropagationReport report) =>
        output.WriteLine(JsonSerializer.Serialize(new
        {
            machine,
            report.Description,
            report.Probes,
            Accepted = Summary(report.Accepted),
            InForce = Summary(report.InForce),
            Acknowledged = Summary(report.Acknowledged),
            InForceMilliseconds = report.InForce,
            Targets = Targets(report),
        }, Json));

    private static IReadOnlyList<Target> Targets(PropagationReport report) =>
    [
        new("ms until in force, p50", 25, PropagationReport.Percentile(report.InForce, 0.50)),
        new("ms until in force, p99", 100, PropagationReport.Percentile(report.InForce, 0.99)),
    ];

    private static object Summary(List<double> values) => new
    {
        P50 = PropagationReport.Percentile(values, 0.50),
        P90 = PropagationReport.Percentile(values, 0.90),
        P99 = PropagationReport.Percentile(values, 0.99),
        Max = PropagationReport.Percentile(values, 1),
    };

    private static IReadOnlyList<string> Row(string what, List<double> values) =>
        [what, .. new[] { 0.50, 0.90, 0.99, 1 }.Select(f => PropagationReport.Percentile(values, f).ToString("0.0", CultureInfo.InvariantCulture))];
}
