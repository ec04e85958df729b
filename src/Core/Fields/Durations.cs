using System.Globalization;

namespace Mesh.Core.Fields;

/// <summary>
/// Durations as Istio reads and protobuf's JSON writes them: read <c>1.5s</c>, <c>250ms</c>, <c>1h30m</c>; written in seconds. Exact to
/// 100 nanoseconds; finer parts are cut off.
/// </summary>
internal static class Durations
{
    /// <summary>protobuf's limit, ten thousand years.</summary>
    private const decimal Longest = 315_576_000_000m * TimeSpan.TicksPerSecond;

    private static readonly (string Unit, decimal Ticks)[] Units =
    [
        ("ms", TimeSpan.TicksPerMillisecond), ("us", TimeSpan.TicksPerMicrosecond), ("µs", TimeSpan.TicksPerMicrosecond), ("ns", 0.01m),
        ("h", TimeSpan.TicksPerHour), ("m", TimeSpan.TicksPerMinute), ("s", TimeSpan.TicksPerSecond),
    ];

    public static bool TryParse(string text, out TimeSpan value)
    {
        value = default;
        var rest = text.AsSpan();
        var negative = rest.StartsWith("-");
        if (negative || rest.StartsWith("+")) rest = rest[1..];
        if (rest.Length is 0 or > 64) return false;
        if (rest is "0") return true;
        var total = 0m;
        while (rest.Length > 0)
        {
            var digits = rest.IndexOfAnyExcept("0123456789.");
            if (digits is <= 0 or > 25 || rest[..digits] is "." || !TryUnit(rest[digits..], out var unit, out var length)) return false;
            if (!decimal.TryParse(rest[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)) return false;
            if (number > Longest / unit || (total += number * unit) > Longest) return false;
            rest = rest[(digits + length)..];
        }

        value = new TimeSpan((long)(negative ? -total : total));
        return true;
    }

    public static string Format(TimeSpan value) => (value.Ticks / 10_000_000m).ToString("0.#######", CultureInfo.InvariantCulture) + "s";

    private static bool TryUnit(ReadOnlySpan<char> text, out decimal ticks, out int length)
    {
        foreach (var (unit, value) in Units)
        {
            if (!text.StartsWith(unit, StringComparison.Ordinal)) continue;
            (ticks, length) = (value, unit.Length);
            return true;
        }

        (ticks, length) = (0, 0);
        return false;
    }
}
