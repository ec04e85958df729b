using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Mesh.Core.Documents;
using Mesh.Core.Resources.Kubernetes;
using Mesh.Core.Validation;

namespace Mesh.Core.Fields;

/// <summary>
/// Fills model records from a document's tree and reports everything the records' attributes forbid: unknown and missing fields, wrong
/// types, ranges, more than one of a oneof, fields that are not enforced. Tolerant, it only reports what it cannot read.
/// </summary>
[RequiresUnreferencedCode("Finds the fields of model records by reflection.")]
[RequiresDynamicCode("Builds collections of types found by reflection.")]
internal sealed class FieldReader(DiagnosticSink sink, bool tolerant)
{
    private const int MaxNumberKey = 65535;

    public object? ReadRecord(SourceNode node, RecordShape shape, FieldPath path)
    {
        if (node is not SourceMapping map) return Wrong(node, path, "a map");
        var record = shape.Create();
        foreach (var entry in map.Entries)
        {
            var at = path.Field(entry.Key);
            if (shape.Find(entry.Key) is not { } field)
                UnknownField(at, entry.Key, shape);
            else if (entry.Value is not SourceScalar { Type: ScalarType.Null } && Read(entry.Value, field.Value, at, field) is { } value)
                Assign(record, field, value, at);
        }

        if (!tolerant) CheckWhole(record, shape, path);
        return record;
    }

    private void Assign(object record, FieldShape field, object value, FieldPath path)
    {
        if (!tolerant)
        {
            CheckRange(field, value, path);
            CheckEnforced(field, value, path);
        }

        field.Set(record, value);
    }

    private object? Read(SourceNode node, ValueShape shape, FieldPath path, FieldShape field) => shape.Kind switch
    {
        ValueKind.Record => ReadRecord(node, shape.Record, path),
        ValueKind.List => ReadList(node, shape, path, field),
        ValueKind.Map => ReadMap(node, shape, path, field),
        ValueKind.Text => node is SourceScalar { Type: ScalarType.String } text ? text.Text : Wrong(node, path, "a string"),
        ValueKind.Boolean => node is SourceScalar { Type: ScalarType.Boolean } flag ? flag.Boolean : Wrong(node, path, "true or false"),
        ValueKind.Integer => node is SourceScalar { Type: ScalarType.Integer, Integer: >= int.MinValue and <= int.MaxValue } number
            ? (int)number.Integer
            : Wrong(node, path, "a whole number"),
        ValueKind.Long => ReadLong(node, path),
        ValueKind.Number => node is SourceScalar { Type: ScalarType.Integer or ScalarType.Float } number ? number.Number : Wrong(node, path, "a number"),
        ValueKind.Duration => ReadDuration(node, path, field),
        ValueKind.Enum => ReadEnum(node, shape.Enum!, path),
        ValueKind.Bytes => ReadBytes(node, path),
        _ => ReadIntOrString(node, path),
    };

    private object ReadList(SourceNode node, ValueShape shape, FieldPath path, FieldShape field)
    {
        if (node is not SourceSequence list)
        {
            Wrong(node, path, "a list", node is SourceMapping or SourceScalar ? "Put \"- \" before each element." : "");
            return shape.Collection!.Create([]);
        }

        var items = new List<(object?, object?)>();
        for (var i = 0; i < list.Items.Count; i++)
            if (Read(list.Items[i], shape.Element!, path.Item(i), field) is { } value) items.Add((null, value));
        return shape.Collection!.Create(items);
    }

    private object ReadMap(SourceNode node, ValueShape shape, FieldPath path, FieldShape field)
    {
        if (node is not SourceMapping map)
        {
            Wrong(node, path, "a map");
            return shape.Collection!.Create([]);
        }

        var items = new Dictionary<object, object?>();
        foreach (var entry in map.Entries)
        {
            var at = path.Field(entry.Key);
            object? key = shape.NumberKeys ? ReadNumberKey(entry.Key, at) : entry.Key;
            if (key is null || Read(entry.Value, shape.Element!, at, field) is not { } value) continue;
            if (!items.TryAdd(key, value)) sink.Error(at, "given twice"); // "080" and "80"
        }

        return shape.Collection!.Create(items.Select(i => ((object?)i.Key, i.Value)));
    }

    private object? ReadNumberKey(string key, FieldPath path)
    {
        if (int.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= MaxNumberKey) return number;
        sink.Error(path, $"\"{key}\" is not a port number from 1 to {MaxNumberKey}");
        return null;
    }

    // protobuf's JSON writes 64-bit numbers as strings, and accepts both.
    private object? ReadLong(SourceNode node, FieldPath path) => node switch
    {
        SourceScalar { Type: ScalarType.Integer } number => number.Integer,
        SourceScalar { Type: ScalarType.String } text when long.TryParse(text.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) => value,
        _ => Wrong(node, path, "a whole number"),
    };

    private object? ReadDuration(SourceNode node, FieldPath path, FieldShape field)
    {
        if (node is not SourceScalar { Type: ScalarType.String } text || !Durations.TryParse(text.Text, out var value))
            return Wrong(node, path, "a duration", "Write a number with a unit: \"1.5s\", \"250ms\", \"2m\".");
        if (tolerant) return value;
        if (value < TimeSpan.Zero) sink.Error(path, $"{text.Text} is negative");
        else if (field.Duration is { } bound && value < bound.Minimum) sink.Error(path, $"must be at least {bound.Minimum.TotalMilliseconds}ms, is {text.Text}");
        else if (field.Duration is not null && value.Ticks % TimeSpan.TicksPerMillisecond != 0) sink.Error(path, $"must be whole milliseconds, is {text.Text}");
        return value;
    }

    private object? ReadEnum(SourceNode node, EnumShape shape, FieldPath path)
    {
        if (node is not SourceScalar scalar || scalar.Type is ScalarType.Null) return Wrong(node, path, "a word");
        if (shape.Find(scalar.Text) is not { } value)
        {
            var names = shape.Values.Select(v => v.Name);
            sink.Error(path, $"unknown value \"{scalar.Text}\"", $"Use one of {string.Join(", ", names)}.");
            return null;
        }

        if (!tolerant && value.NotEnforced is { } rule) Report(rule, path, $"{value.Name} is not enforced");
        return value.Value;
    }

    private object? ReadBytes(SourceNode node, FieldPath path)
    {
        if (node is not SourceScalar { Type: ScalarType.String } text) return Wrong(node, path, "a base64 string");
        var buffer = new byte[text.Text.Length];
        if (Convert.TryFromBase64String(text.Text, buffer, out var length)) return buffer[..length].ToImmutableArray();
        return Wrong(node, path, "a base64 string");
    }

    private object? ReadIntOrString(SourceNode node, FieldPath path) => node switch
    {
        SourceScalar { Type: ScalarType.Integer, Integer: >= 0 and <= int.MaxValue } number => new IntOrString((int)number.Integer),
        SourceScalar { Type: ScalarType.String } text => new IntOrString(text.Text),
        _ => Wrong(node, path, "a number or a name"),
    };

    private object? Wrong(SourceNode node, FieldPath path, string wanted, string hint = "")
    {
        if (hint.Length == 0 && wanted == "a string" && node is SourceScalar { Type: not ScalarType.Null } scalar)
            hint = $"Put it in quotes: \"{scalar.Text}\".";
        sink.Error(path, $"must be {wanted}, is {node.Described}", hint);
        return null;
    }

    private void UnknownField(FieldPath path, string name, RecordShape shape)
    {
        if (tolerant) return;
        var nearest = FieldNames.Nearest(name, shape.Fields.Select(f => f.Name));
        sink.Error(path, "unknown field", nearest is null ? "" : $"Did you mean \"{nearest}\"?");
    }

    private void CheckRange(FieldShape field, object value, FieldPath path)
    {
        if (field.Range is not { } range) return;
        if (field.Value.Collection is not { } collection)
        {
            CheckNumber(range, value, path);
            return;
        }

        var index = 0;
        foreach (var (key, item) in collection.Items(value))
            CheckNumber(range, item!, key is null ? path.Item(index++) : path.Field(Convert.ToString(key, CultureInfo.InvariantCulture)!));
    }

    private void CheckNumber(RangeAttribute range, object value, FieldPath path)
    {
        var number = Convert.ToDouble(value, CultureInfo.InvariantCulture);
        if (number >= range.Minimum && number <= range.Maximum) return;
        var bounds = range.Maximum >= int.MaxValue ? $"at least {range.Minimum}" : $"from {range.Minimum} to {range.Maximum}";
        sink.Error(path, string.Create(CultureInfo.InvariantCulture, $"must be {bounds}, is {number}"));
    }

    private void CheckEnforced(FieldShape field, object value, FieldPath path)
    {
        if (field.NotEnforced is not { } rule || FieldWriter.IsDefault(field, value)) return;
        if (field.Value.Kind == ValueKind.Text && rule.Except.Contains((string)value)) return;
        if (field.Value.Kind == ValueKind.List && rule.Except.Length > 0 && field.Value.Collection!.Items(value).All(i => rule.Except.Contains(i.Value))) return;
        var what = rule.Except.Length > 0 && field.Value.Kind == ValueKind.Text ? $"{value} is not enforced" : "not enforced";
        Report(rule, path, what);
    }

    private void Report(NotEnforcedAttribute rule, FieldPath path, string what)
    {
        if (rule.Stance == Stance.Refuse) sink.Refuse(path, what, rule.Reason);
        else if (rule.Stance == Stance.Warn) sink.Warn(path, what, rule.Reason);
    }

    private void CheckWhole(object record, RecordShape shape, FieldPath path)
    {
        foreach (var field in shape.Fields)
        {
            var at = path.Field(field.Name);
            if (field.Required && FieldWriter.IsDefault(field, field.Get(record)) && !sink.HasWrongContent(at)) sink.Error(at, "required");
        }

        var groups = shape.Fields.Where(f => f.OneOf is not null && f.Get(record) is not null).GroupBy(f => f.OneOf);
        foreach (var group in groups.Where(g => g.Count() > 1))
            sink.Error(path, $"only one of {string.Join(", ", group.Select(f => f.Name))} may be set");
    }
}
