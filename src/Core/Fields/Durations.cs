using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Mesh.Core.Fields;

/// <summary>
/// Durations as Istio reads and protobuf's JSON writes them: read <c>1.5s</c>, <c>250ms</c>, <c>1h30m</c>; written in seconds. Exact to
/// 100 nanoseconds; finer parts are cut off.
/// </summary>
internal static partial class Durations
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

    /// <summary>In the Gateway API's form: <c>1h30m</c>, <c>1s500ms</c>; what is finer than a millisecond is cut off.</summary>
    public static string FormatGateway(TimeSpan value)
    {
        if (value < TimeSpan.FromMilliseconds(1)) return "0s";
        var milliseconds = value.Ticks / TimeSpan.TicksPerMillisecond;
        var text = new StringBuilder();
        foreach (var (unit, length) in (ReadOnlySpan<(string, long)>)[("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1)])
        {
            if (milliseconds >= length) text.Append(CultureInfo.InvariantCulture, $"{milliseconds / length}{unit}");
            milliseconds %= length;
        }

        return text.ToString();
    }

    /// <summary>Whether a text is in the Gateway API's form (GEP 2257).</summary>
    public static bool IsGatewayForm(string text) => GatewayForm().IsMatch(text);

    [GeneratedRegex(@"\A([0-9]{1,5}(h|m|s|ms)){1,4}\z", RegexOptions.CultureInvariant)]
    private static partial Regex GatewayForm();

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
