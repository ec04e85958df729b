using System.Globalization;
using System.Text.Json;
using Mesh.Bench.Comparison;

namespace Mesh.Bench.Output;

/// <summary>The result of <c>mesh-bench load</c>, for people and for programs.</summary>
internal static class ComparisonOutput
{
    private static readonly string[] Header =
    [
        "peer", "requests/s", "(x)", "CPU us/request: client", "server", "both", "(x)", "allocated B/request: client", "server", "p50 ms", "(x)", "p99 ms", "(x)",
        "resident MB: client", "server", "idle: client", "server", "requests", "errors",
    ];

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static void WriteTable(TextWriter output, ComparisonOptions options, MachineDescription machine, IReadOnlyList<PeerReport> reports)
    {
        var reference = reports.FirstOrDefault(r => r.Name == "haproxy");
        output.WriteLine(machine.ToString());
        output.WriteLine(Mode(options));
        if (options.Setup.VariantScale is { } other)
            output.WriteLine($"in the second mesh: {other}");
        if (options.Setup.Scale.Services + options.Setup.Scale.VirtualServices > 0)
            output.WriteLine($"in our mesh: {options.Setup.Scale}");
        foreach (var report in reports.Where(r => r.Description is not null))
            output.WriteLine($"{report.Name}: {report.Description}");
        output.WriteLine();
        Table.Write(output, Header, reports.Where(r => r.Rounds.Count > 0).Select(r => Row(r, reference)));
        output.WriteLine("(x): to haproxy's, median of the rounds' ratios");
        foreach (var target in Targets(options, reports))
            output.WriteLine(target);
        foreach (var report in reports)
        {
            if (report.Skipped is { } reason)
                output.WriteLine($"{report.Name} SKIPPED: {reason}");
            if (report.FirstError is { } error)
                output.WriteLine($"{report.Name}: first error: {error}");
        }
    }

    public static void WriteJson(TextWriter output, ComparisonOptions options, MachineDescription machine, IReadOnlyList<PeerReport> reports)
    {
        var reference = reports.FirstOrDefault(r => r.Name == "haproxy");
        var peers = reports.Select(r => new
        {
            r.Name,
            r.Description,
            r.Skipped,
            r.FirstError,
            Median = new
            {
                RequestsPerSecond = r.Median(f => f.RequestsPerSecond),
                ClientCpuMicroseconds = r.Median(f => f.ClientCpuMicroseconds),
                ServerCpuMicroseconds = r.Median(f => f.ServerCpuMicroseconds),
                CpuMicroseconds = r.Median(f => f.CpuMicroseconds),
                ClientAllocatedBytes = r.Median(f => f.ClientAllocatedBytes),
                ServerAllocatedBytes = r.Median(f => f.ServerAllocatedBytes),
                P50Milliseconds = r.Median(f => f.P50Milliseconds),
                P99Milliseconds = r.Median(f => f.P99Milliseconds),
                ClientResidentMegabytes = r.Median(f => f.ClientResidentMegabytes),
                ServerResidentMegabytes = r.Median(f => f.ServerResidentMegabytes),
            },
            r.IdleClientMegabytes,
            r.IdleServerMegabytes,
            CpuRatio = r.Ratio(reference, f => f.CpuMicroseconds),
            r.Rounds,
        });
        output.WriteLine(JsonSerializer.Serialize(new { machine, options, peers, Targets = Targets(options, reports) }, Json));
    }

    private static IReadOnlyList<Target> Targets(ComparisonOptions options, IReadOnlyList<PeerReport> reports)
    {
        if (reports.FirstOrDefault(r => r.Name == "mesh") is not { } mesh)
            return [];
        var haproxy = reports.FirstOrDefault(r => r.Name == "haproxy");
        var variant = options.Setup.VariantScale is null ? null : reports.FirstOrDefault(r => r.Name == "variant");
        IReadOnlyList<Target> more = variant is null ? [] :
        [
            new Target(Invariant($"CPU a request with {options.Setup.VariantScale!.Services} services, times that with {options.Setup.Scale.Services}"), 1.05,
                variant.Ratio(mesh, f => f.CpuMicroseconds)),
            new Target(Invariant($"idle resident MB of the caller's sidecar with {options.Setup.VariantScale.Services} services"),
                45 + 3.0 * Math.Max(0, options.Setup.VariantScale.Services - 1_000) / 1_000, variant.IdleClientMegabytes),
        ];
        return
        [
            .. more,
            new Target("CPU a request, times haproxy's", 2.0, mesh.Ratio(haproxy, f => f.CpuMicroseconds)),
            new Target("idle resident MB of the caller's sidecar", 45, mesh.IdleClientMegabytes),
            new Target("resident MB of the caller's sidecar", 60, mesh.Median(f => f.ClientResidentMegabytes)),
            new Target("resident MB of the application's sidecar", 60, mesh.Median(f => f.ServerResidentMegabytes)),
        ];
    }

    private static string Mode(ComparisonOptions options)
    {
        var load = options.Rate is { } rate ? Invariant($"{rate:0} requests/s, due at fixed times") : "closed loop";
        return Invariant($"{load}, {options.Connections} connections, {options.BodyBytes} bytes a response, ")
            + Invariant($"{options.Rounds} rounds of {options.Round.TotalSeconds:0.#} s in turns, medians");
    }

    private static IReadOnlyList<string> Row(PeerReport report, PeerReport? reference)
    {
        string Cell(Func<RoundFigures, double?> figure, string format) =>
            Plain(report.Median(figure), format);
        string Times(Func<RoundFigures, double?> figure) =>
            report.Ratio(reference, figure)?.ToString("0.00", CultureInfo.InvariantCulture) ?? "-";

        return
        [
            report.Name,
            Cell(r => r.RequestsPerSecond, "0"), Times(r => r.RequestsPerSecond),
            Cell(r => r.ClientCpuMicroseconds, "0.0"), Cell(r => r.ServerCpuMicroseconds, "0.0"),
            Cell(r => r.CpuMicroseconds, "0.0"), Times(r => r.CpuMicroseconds),
            Cell(r => r.ClientAllocatedBytes, "0"), Cell(r => r.ServerAllocatedBytes, "0"),
            Cell(r => r.P50Milliseconds, "0.00"), Times(r => r.P50Milliseconds),
            Cell(r => r.P99Milliseconds, "0.00"), Times(r => r.P99Milliseconds),
            Cell(r => r.ClientResidentMegabytes, "0.0"), Cell(r => r.ServerResidentMegabytes, "0.0"),
            Plain(report.IdleClientMegabytes, "0.0"), Plain(report.IdleServerMegabytes, "0.0"),
            report.Requests.ToString(CultureInfo.InvariantCulture), report.Errors.ToString(CultureInfo.InvariantCulture),
        ];
    }

    private static string Plain(double? value, string format) => value?.ToString(format, CultureInfo.InvariantCulture) ?? "-";

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
