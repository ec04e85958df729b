using System.Globalization;
using System.Text;

namespace Mesh.Core.Formats;

/// <summary>Times as <c>%START_TIME(FORMAT)%</c> writes them: strftime's common conversions in UTC, and Envoy's fractions of a second.</summary>
public static class TimeFormat
{
    public const string Conversions = "%Y %y %m %d %H %M %S %F %T %j %s %3s %6s %9s %f %1f ... %9f %z %Z %%";

    private const string Default = "%Y-%m-%dT%H:%M:%S.%3fZ";

    public static bool IsKnown(string format)
    {
        for (var i = 0; i < format.Length; i++)
        {
            if (format[i] != '%') continue;
            if (++i < format.Length && char.IsAsciiDigit(format[i]) && format[i] != '0') i++;
            if (i >= format.Length || !"YymdHMSFTjsfzZ%".Contains(format[i], StringComparison.Ordinal)) return false;
            if (char.IsAsciiDigit(format[i - 1]) && format[i] is not ('f' or 's')) return false;
        }
        return true;
    }

    public static string Write(string format, DateTimeOffset time)
    {
        if (format.Length == 0) format = Default;
        var text = new StringBuilder();
        for (var i = 0; i < format.Length; i++)
        {
            if (format[i] != '%')
            {
                text.Append(format[i]);
                continue;
            }
            var digits = format[i + 1] is >= '1' and <= '9' and var digit ? digit - '0' : 0;
            if (digits > 0) i++;
            text.Append(Convert(format[++i], digits, time.ToUniversalTime()));
        }
        return text.ToString();
    }

    private static string Convert(char conversion, int digits, DateTimeOffset time)
    {
        return conversion switch
        {
            'Y' => Format("yyyy"),
            'y' => Format("yy"),
            'm' => Format("MM"),
            'd' => Format("dd"),
            'H' => Format("HH"),
            'M' => Format("mm"),
            'S' => Format("ss"),
            'F' => Format("yyyy-MM-dd"),
            'T' => Format("HH:mm:ss"),
            'j' => time.DayOfYear.ToString("000", CultureInfo.InvariantCulture),
            's' => time.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture) + Fraction(digits),
            'f' => Fraction(digits == 0 ? 9 : digits),
            'z' => "+0000",
            'Z' => "UTC",
            _ => "%",
        };

        string Format(string format) => time.ToString(format, CultureInfo.InvariantCulture);

        // Ticks are 100 ns: two more digits are zeros.
        string Fraction(int count) => count == 0 ? "" : (time.Ticks % TimeSpan.TicksPerSecond * 100).ToString("000000000", CultureInfo.InvariantCulture)[..count];
    }
}
