using System.Globalization;
using System.Text.RegularExpressions;

namespace Mesh.Core.Documents;

/// <summary>
/// What an unquoted YAML scalar means. As Kubernetes' parser (YAML 1.1 with Go's number syntax): <c>on</c> and <c>yes</c> are booleans,
/// <c>0x1f</c>, <c>0o17</c>, <c>0b11</c> and <c>017</c> numbers, underscores between digits allowed.
/// </summary>
internal static partial class YamlScalars
{
    public static SourceScalar ResolvePlain(string text, int line)
    {
        switch (text)
        {
            case "" or "~" or "null" or "Null" or "NULL":
                return new(line, ScalarType.Null, text);
            case "y" or "Y" or "yes" or "Yes" or "YES" or "true" or "True" or "TRUE" or "on" or "On" or "ON":
                return new(line, ScalarType.Boolean, text, 1, 1);
            case "n" or "N" or "no" or "No" or "NO" or "false" or "False" or "FALSE" or "off" or "Off" or "OFF":
                return new(line, ScalarType.Boolean, text);
        }

        if (!(char.IsAsciiDigit(text[0]) || text[0] is '+' or '-' or '.') || text.Length > 40) return new(line, ScalarType.String, text);
        if (TryInteger(text, out var integer)) return new(line, ScalarType.Integer, text, integer, integer);
        if (FloatPattern().IsMatch(text) && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
            return new(line, ScalarType.Float, text, number);
        return new(line, ScalarType.String, text);
    }

    private static bool TryInteger(string text, out long value)
    {
        value = 0;
        var negative = text[0] == '-';
        var digits = text.AsSpan(text[0] is '-' or '+' ? 1 : 0);
        if (digits.Length == 0 || digits[^1] == '_' || digits[0] == '_') return false;
        var radix = 10;
        if (digits.Length > 1 && digits[0] == '0')
        {
            (radix, var skip) = char.ToLowerInvariant(digits[1]) switch { 'x' => (16, 2), 'o' => (8, 2), 'b' => (2, 2), _ => (8, 1) };
            digits = digits[skip..];
            if (digits.Length == 0) return false;
        }

        foreach (var c in digits)
        {
            if (c == '_') continue;
            var digit = char.IsAsciiHexDigit(c) ? Convert.ToInt32(c.ToString(), 16) : 99;
            if (digit >= radix || value > (long.MaxValue - digit) / radix) return false;
            value = value * radix + digit;
        }

        if (negative) value = -value;
        return true;
    }

    [GeneratedRegex(@"^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$", RegexOptions.CultureInvariant)]
    private static partial Regex FloatPattern();
}
