using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.RegularExpressions;
using Mesh.Core.Documents;
using Mesh.Core.Resources.Kubernetes;
using Mesh.Core.Validation;

namespace Mesh.Core.Fields;

/// <summary>Reads single values; null with a diagnostic where one is not of its field's type. Warns where YAML reads a word otherwise than it looks.</summary>
[RequiresUnreferencedCode("Finds the fields of model records by reflection.")]
[RequiresDynamicCode("Builds collections of types found by reflection.")]
internal sealed partial class ScalarReader(DiagnosticSink sink, bool tolerant, bool numbersForEnums)
{
    public object? Read(SourceNode node, ValueShape shape, FieldPath path, FieldShape field)
    {
        if (!tolerant && node is SourceScalar scalar) WarnOfSurprise(scalar, shape.Kind, path);
        return shape.Kind switch
        {
            ValueKind.Text => node is SourceScalar { Type: ScalarType.String } text ? text.Text : Wrong(node, path, "a string", sensitive: field.Sensitive),
            ValueKind.Boolean => node is SourceScalar { Type: ScalarType.Boolean } flag ? flag.Boolean : Wrong(node, path, "true or false"),
            ValueKind.Integer => node is SourceScalar { Type: ScalarType.Integer, Integer: >= int.MinValue and <= int.MaxValue } number
                ? (int)number.Integer
                : Wrong(node, path, "a whole number"),
            ValueKind.Long => ReadLong(node, path),
            ValueKind.Number => ReadNumber(node, path),
            ValueKind.Duration => ReadDuration(node, path, field),
            ValueKind.Enum => ReadEnum(node, shape.Enum!, path),
            ValueKind.Bytes => ReadBytes(node, path, field),
            ValueKind.Any => ReadAny(node, path),
            _ => ReadIntOrString(node, path),
        };
    }

    /// <summary>Reports that a value is not what its field takes; always null.</summary>
    public object? Wrong(SourceNode node, FieldPath path, string wanted, string hint = "", bool sensitive = false)
    {
        if (hint.Length == 0 && !sensitive && wanted == "a string" && node is SourceScalar { Type: not ScalarType.Null } scalar)
            hint = $"Put it in quotes: \"{scalar.Text}\".";
        sink.Error(path, sensitive && node is SourceScalar ? $"must be {wanted}" : $"must be {wanted}, is {node.Described}", hint);
        return null;
    }

    // protobuf's JSON writes 64-bit numbers as strings, and accepts both.
    private object? ReadLong(SourceNode node, FieldPath path) => node switch
    {
        SourceScalar { Type: ScalarType.Integer } number => number.Integer,
        SourceScalar { Type: ScalarType.String } text when long.TryParse(text.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) => value,
        _ => Wrong(node, path, "a whole number"),
    };

    private object? ReadNumber(SourceNode node, FieldPath path) =>
        node is SourceScalar { Type: ScalarType.Integer or ScalarType.Float } number && double.IsFinite(number.Number) ? number.Number : Wrong(node, path, "a number");

    private object? ReadDuration(SourceNode node, FieldPath path, FieldShape field)
    {
        if (node is not SourceScalar { Type: ScalarType.String } text || !Durations.TryParse(text.Text, out var value))
            return Wrong(node, path, "a duration", "Write a number with a unit: \"1.5s\", \"250ms\", \"2m\".");
        if (tolerant) return value;
        if (value < TimeSpan.Zero) sink.Error(path, $"{text.Text} is negative");
        else if (field.Duration is { Gateway: true }) CheckGatewayForm(text.Text, path);
        else if (field.Duration is { } bound && value < bound.Minimum) sink.Error(path, $"must be at least {bound.Minimum.TotalMilliseconds}ms, is {text.Text}");
        else if (field.Duration is not null && value.Ticks % TimeSpan.TicksPerMillisecond != 0) sink.Error(path, $"must be whole milliseconds, is {text.Text}");
        return value;
    }

    private void CheckGatewayForm(string text, FieldPath path)
    {
        if (!Durations.IsGatewayForm(text))
            sink.Error(path, $"{Names.Quote(text)} is not a duration of the Gateway API", "Write whole numbers with the units h, m, s and ms: \"1m30s\", \"500ms\".");
    }

    private object? ReadEnum(SourceNode node, EnumShape shape, FieldPath path)
    {
        if (node is not SourceScalar scalar || scalar.Type is ScalarType.Null) return Wrong(node, path, "a word");
        var value = shape.Find(scalar.Text) ?? (numbersForEnums && scalar.Type == ScalarType.Integer ? shape.Find(scalar.Integer) : null);
        if (value is null)
        {
            var names = shape.Values.Select(v => v.Name).ToArray();
            var alike = Array.Find(names, n => FieldNames.AreAlike(n, scalar.Text));
            sink.Error(path, $"unknown value {Names.Quote(scalar.Text)}", alike is null ? $"Use one of {string.Join(", ", names)}." : $"Write {alike}.");
            return null;
        }

        if (!tolerant && value.NotEnforced is { } rule) FieldChecks.Report(sink, rule, path, $"{value.Name} is not enforced");
        return value.Value;
    }

    private object? ReadBytes(SourceNode node, FieldPath path, FieldShape field)
    {
        if (node is not SourceScalar { Type: ScalarType.String } text) return Wrong(node, path, "a base64 string", sensitive: field.Sensitive);
        var buffer = new byte[text.Text.Length];
        if (Convert.TryFromBase64String(text.Text, buffer, out var length)) return buffer[..length].ToImmutableArray();
        return Wrong(node, path, "a base64 string", sensitive: field.Sensitive);
    }

    private object? ReadAny(SourceNode node, FieldPath path) =>
        node is SourceMapping ? new AnyValue(SourceJson.Write(node)) : Wrong(node, path, "a map");

    private object? ReadIntOrString(SourceNode node, FieldPath path) => node switch
    {
        SourceScalar { Type: ScalarType.Integer, Integer: >= 0 and <= int.MaxValue } number => new IntOrString((int)number.Integer),
        SourceScalar { Type: ScalarType.String } text => new IntOrString(text.Text),
        _ => Wrong(node, path, "a number or a name"),
    };

    // Only where the value is taken all the same; where it is refused, the refusal says what it was read as.
    private void WarnOfSurprise(SourceScalar scalar, ValueKind kind, FieldPath path)
    {
        if (scalar.Column == 0 || !scalar.IsPlain) return;
        switch (scalar.Type, kind)
        {
            case (ScalarType.Boolean, ValueKind.Boolean) when char.ToLowerInvariant(scalar.Text[0]) is not ('t' or 'f'):
                sink.Warn(path, $"{scalar.Text} is read as {(scalar.Boolean ? "true" : "false")}", $"Write {(scalar.Boolean ? "true" : "false")}.");
                break;
            case (ScalarType.Integer, ValueKind.Integer or ValueKind.Long or ValueKind.Number or ValueKind.IntOrString or ValueKind.Enum) when IsOddInteger(scalar.Text):
                sink.Warn(path, string.Create(CultureInfo.InvariantCulture, $"{scalar.Text} is read as {scalar.Integer}"), string.Create(CultureInfo.InvariantCulture, $"Write {scalar.Integer}."));
                break;
            case (ScalarType.String, ValueKind.Text or ValueKind.IntOrString) when Sexagesimal().IsMatch(scalar.Text):
                sink.Warn(path, $"{scalar.Text} is read as text here, but as a number to the base of 60 by other readers of YAML", $"Put it in quotes: \"{scalar.Text}\".");
                break;
        }
    }

    // 017 is octal, 1_000 a thousand; hexadecimal is unmistakable.
    private static bool IsOddInteger(string text) =>
        text.Contains('_', StringComparison.Ordinal) || (text.TrimStart('+', '-') is ['0', _, ..] digits && char.ToLowerInvariant(digits[1]) != 'x');

    [GeneratedRegex(@"\A[-+]?[0-9]{1,10}(:[0-5]?[0-9])+\z", RegexOptions.CultureInvariant)]
    private static partial Regex Sexagesimal();
}
