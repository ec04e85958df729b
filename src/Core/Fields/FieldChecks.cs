using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Mesh.Core.Validation;

namespace Mesh.Core.Fields;

/// <summary>What the attributes of a model's fields forbid of values that could be read.</summary>
[RequiresUnreferencedCode("Finds the fields of model records by reflection.")]
[RequiresDynamicCode("Builds collections of types found by reflection.")]
internal sealed class FieldChecks(DiagnosticSink sink)
{
    public static void Report(DiagnosticSink sink, NotEnforcedAttribute rule, FieldPath path, string what)
    {
        if (rule.Stance == Stance.Refuse) sink.Refuse(path, what, rule.Reason);
        else if (rule.Stance == Stance.Warn) sink.Warn(path, what, rule.Reason);
    }

    /// <summary>One field's value.</summary>
    public void Check(FieldShape field, object value, FieldPath path)
    {
        CheckRange(field, value, path);
        CheckSize(field, value, path);
        CheckEnforced(field, value, path);
    }

    /// <summary>Fields that are missing, and those that exclude each other.</summary>
    public void CheckWhole(object record, RecordShape shape, FieldPath path)
    {
        foreach (var field in shape.Fields)
            if (field.Required && FieldWriter.IsDefault(field, field.Get(record)) && path.Field(field.Name) is var at && !sink.HasWrongContent(at)) sink.Error(at, "required");

        foreach (var group in shape.OneOfs)
        {
            var set = group.Where(f => f.Get(record) is not null).Select(f => f.Name).ToArray();
            if (set.Length > 1) sink.Conflict(path, $"only one of {string.Join(", ", set)} may be set");
        }
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

    // What is empty is judged by Required.
    private void CheckSize(FieldShape field, object value, FieldPath path)
    {
        if (field.Size is not { } size) return;
        var (count, what) = value is string text ? (text.Length, "characters") : (field.Value.Collection!.Items(value).Count(), "elements");
        if (count > size.Maximum) sink.Error(path, $"has {count} {what}; at most {size.Maximum} are allowed");
        else if (count < size.Minimum && count > 0) sink.Error(path, $"has {count} {what}; at least {size.Minimum} are needed");
    }

    private void CheckEnforced(FieldShape field, object value, FieldPath path)
    {
        if (field.NotEnforced is not { } rule || FieldWriter.IsDefault(field, value)) return;
        if (field.Value.Kind == ValueKind.Text && rule.Except.Contains((string)value, StringComparer.OrdinalIgnoreCase)) return; // in which case is for the rules
        if (field.Value.Kind == ValueKind.Enum && rule.Except.Contains(field.Value.Enum!.Of(value).Name)) return;
        if (field.Value.Kind == ValueKind.List && rule.Except.Length > 0 && field.Value.Collection!.Items(value).All(i => rule.Except.Contains(i.Value))) return;
        var what = rule.Except.Length > 0 && field.Value.Kind == ValueKind.Text ? $"{value} is not enforced" : "not enforced";
        Report(sink, rule, path, what);
    }
}
