using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;

namespace Mesh.Core.Formats;

/// <summary>
/// The value of a header to set, in Envoy's format language: text with substitutions <c>%OPERATOR%</c>, <c>%OPERATOR(ARGUMENT)%</c> and
/// <c>%OPERATOR(ARGUMENT):LENGTH%</c>; <c>%%</c> is a percent sign. One grammar for the check at the door and for the proxy. Immutable.
/// </summary>
public sealed record HeaderFormat(ImmutableArray<HeaderFormatPart> Parts)
{
    /// <summary>Operators by name, and what they take: nothing, a header's name with an alternative, a name, a time format.</summary>
    private static readonly FrozenDictionary<string, Argument> Operators = new Dictionary<string, Argument>
    {
        ["REQ"] = Argument.Header,
        ["RESP"] = Argument.Header,
        ["ENVIRONMENT"] = Argument.Name,
        ["START_TIME"] = Argument.Time,
        ["PROTOCOL"] = Argument.None,
        ["ROUTE_NAME"] = Argument.None,
        ["RESPONSE_CODE"] = Argument.None,
        ["RESPONSE_FLAGS"] = Argument.None,
        ["HOSTNAME"] = Argument.None,
        ["UPSTREAM_HOST"] = Argument.None,
        ["UPSTREAM_REMOTE_ADDRESS"] = Argument.None,
        ["UPSTREAM_REMOTE_ADDRESS_WITHOUT_PORT"] = Argument.None,
        ["UPSTREAM_CLUSTER"] = Argument.None,
        ["UPSTREAM_REQUEST_ATTEMPT_COUNT"] = Argument.None,
        ["DOWNSTREAM_REMOTE_ADDRESS"] = Argument.None,
        ["DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT"] = Argument.None,
        ["DOWNSTREAM_DIRECT_REMOTE_ADDRESS"] = Argument.None,
        ["DOWNSTREAM_DIRECT_REMOTE_ADDRESS_WITHOUT_PORT"] = Argument.None,
        ["DOWNSTREAM_LOCAL_ADDRESS"] = Argument.None,
        ["DOWNSTREAM_LOCAL_ADDRESS_WITHOUT_PORT"] = Argument.None,
        ["DOWNSTREAM_LOCAL_PORT"] = Argument.None,
        ["DOWNSTREAM_PEER_URI_SAN"] = Argument.None,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private enum Argument
    {
        None,
        Header,
        Name,
        Time,
    }

    /// <summary>The text when nothing is substituted; null otherwise.</summary>
    public string? Constant => Parts.Length == 0 ? "" : Parts is [{ IsLiteral: true } only] ? only.Text : null;

    /// <summary>False with a sentence about what is wrong.</summary>
    public static bool TryParse(string text, out HeaderFormat format, out string problem)
    {
        var parts = ImmutableArray.CreateBuilder<HeaderFormatPart>();
        var literal = new System.Text.StringBuilder();
        problem = "";
        for (var i = 0; i < text.Length;)
        {
            if (text[i] != '%')
            {
                literal.Append(text[i++]);
            }
            else if (i + 1 < text.Length && text[i + 1] == '%')
            {
                literal.Append('%');
                i += 2;
            }
            else if (TrySubstitution(text, ref i, out var part, out problem))
            {
                Flush();
                parts.Add(part);
            }
            else
            {
                format = new HeaderFormat([]);
                return false;
            }
        }
        Flush();
        format = new HeaderFormat(parts.ToImmutable());
        return true;

        void Flush()
        {
            if (literal.Length == 0) return;
            parts.Add(HeaderFormatPart.Literal(literal.ToString()));
            literal.Clear();
        }
    }

    private static bool TrySubstitution(string text, ref int at, out HeaderFormatPart part, out string problem)
    {
        part = HeaderFormatPart.Literal("");
        var start = at;
        var end = start + 1;
        while (end < text.Length && (char.IsAsciiLetterUpper(text[end]) || char.IsAsciiDigit(text[end]) || text[end] == '_')) end++;
        var name = text[(start + 1)..end];
        var argument = "";
        if (end < text.Length && text[end] == '(' && text.IndexOf(')', end) is > 0 and var close)
        {
            argument = text[(end + 1)..close];
            end = close + 1;
        }
        int? limit = null;
        if (end < text.Length && text[end] == ':')
        {
            var digits = ++end;
            while (end < text.Length && char.IsAsciiDigit(text[end])) end++;
            if (int.TryParse(text.AsSpan(digits, end - digits), NumberStyles.None, CultureInfo.InvariantCulture, out var length)) limit = length;
            else end = text.Length;
        }
        if (name.Length == 0 || end >= text.Length || text[end] != '%')
        {
            problem = $"no substitution begins at its character {start + 1}; a percent sign is written \"%%\"";
            return false;
        }
        at = end + 1;
        problem = Problem(name, argument);
        part = new HeaderFormatPart(false, name, argument, limit);
        return problem.Length == 0;
    }

    private static string Problem(string name, string argument)
    {
        if (!Operators.TryGetValue(name, out var takes)) return $"%{name}% is not known; known are {string.Join(", ", Operators.Keys.Order(StringComparer.Ordinal))}";
        return takes switch
        {
            Argument.None when argument.Length > 0 => $"%{name}% takes no argument",
            Argument.Header when argument.Length == 0 || argument.Split('?') is not { Length: <= 2 } names || names.Any(n => n.Length == 0) =>
                $"%{name}% takes a header's name, and after a question mark another for when that is absent",
            Argument.Name when argument.Length == 0 => $"%{name}% takes a name",
            Argument.Time when !TimeFormat.IsKnown(argument) => $"the time format '{argument}' has a conversion other than {TimeFormat.Conversions}",
            _ => "",
        };
    }
}

/// <summary>Literal text, or an operator (then <see cref="Text"/> is its name) with its argument and the length its value is cut to.</summary>
public sealed record HeaderFormatPart(bool IsLiteral, string Text, string Argument, int? MaxLength)
{
    public static HeaderFormatPart Literal(string text) => new(true, text, "", null);
}
