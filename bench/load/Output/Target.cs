using System.Globalization;

namespace Mesh.Bench.Output;

/// <summary>One figure we aim at, and whether a run met it. Printed, never asserted: times belong to the machine they were taken on.</summary>
internal sealed record Target(string What, double Limit, double? Measured, bool IsLeast = false)
{
    public bool? Met => Measured is { } value ? IsLeast ? value >= Limit : value <= Limit : null;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"aim: {What} at {(IsLeast ? "least" : "most")} {Limit:0.##}: {(Measured is { } value ? $"{value:0.##}, {(Met!.Value ? "met" : "MISSED")}" : "not measured")}");
}
