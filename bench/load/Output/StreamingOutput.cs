using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Mesh.Bench.Streaming;

namespace Mesh.Bench.Output;

/// <summary>The result of <c>mesh-bench stream</c>, for people and for programs.</summary>
internal static class StreamingOutput
{
    private static readonly string[] Header =
        ["peer and direction", "MB/s", "(x)", "CPU ms/MB: client", "server", "both", "(x)", "peak resident MB: client", "server"];

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true, Converters = { new JsonStringEnumConverter() } };

    public static void WriteTable(TextWriter output, StreamingOptions options, MachineDescription machine, IReadOnlyList<StreamingReport> reports)
    {
        output.WriteLine(machine.ToString());
        output.WriteLine(FormattableString.Invariant($"one body of {options.Bytes / 1024 / 1024} MB at a time, {options.Rounds} rounds in turns, medians"));
        foreach (var report in reports.Where(r => r.Description is not null).DistinctBy(r => r.Name))
            output.WriteLine($"{report.Name}: {report.Description}");
        output.WriteLine();
        Table.Write(output, Header, reports.Where(r => r.Rounds.Count > 0).OrderBy(r => r.Direction).Select(r => Row(r, Reference(reports, r))));
        output.WriteLine("(x): to haproxy's, median of the rounds' ratios");
        foreach (var target in Targets(reports))
            output.WriteLine(target);
        foreach (var report in reports.Where(r => r.Skipped is not null))
            output.WriteLine($"{report.Name} {report.Direction} SKIPPED: {report.Skipped}");
    }

    public static void WriteJson(TextWriter output, StreamingOptions options, MachineDescription machine, IReadOnlyList<StreamingReport> reports) =>
        output.WriteLine(JsonSerializer.Serialize(new { machine, options, reports, Targets = Targets(reports) }, Json));

    private static StreamingReport? Reference(IReadOnlyList<StreamingReport> reports, StreamingReport report) =>
        reports.FirstOrDefault(r => r.Name == "haproxy" && r.Direction == report.Direction);

    private static IReadOnlyList<Target> Targets(IReadOnlyList<StreamingReport> reports) =>
    [
        .. reports.Where(r => r.Name == "mesh").Select(r => new Target(
            $"{r.Direction} of one body, times haproxy's MB/s", 0.6, r.Ratio(Reference(reports, r), f => f.MegabytesPerSecond), IsLeast: true)),
    ];

    private static IReadOnlyList<string> Row(StreamingReport report, StreamingReport? reference)
    {
        string Cell(Func<TransferFigures, double?> figure, string format) => Plain(report.Median(figure), format);
        string Times(Func<TransferFigures, double?> figure) => Plain(report.Ratio(reference, figure), "0.00");

        return
        [
            $"{report.Name} {report.Direction}",
            Cell(r => r.MegabytesPerSecond, "0"), Times(r => r.MegabytesPerSecond),
            Cell(r => r.ClientCpuMilliseconds, "0.00"), Cell(r => r.ServerCpuMilliseconds, "0.00"),
            Cell(r => r.CpuMilliseconds, "0.00"), Times(r => r.CpuMilliseconds),
            Cell(r => r.ClientPeakMegabytes, "0.0"), Cell(r => r.ServerPeakMegabytes, "0.0"),
        ];
    }

    private static string Plain(double? value, string format) => value?.ToString(format, CultureInfo.InvariantCulture) ?? "-";
}
