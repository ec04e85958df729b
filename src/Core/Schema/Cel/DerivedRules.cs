using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Mesh.Core.Fields;

namespace Mesh.Core.Schema.Cel;

/// <summary>The rules that follow from the attributes of the models.</summary>
[RequiresUnreferencedCode("Finds the fields of model records by reflection.")]
[RequiresDynamicCode("Builds collections of types found by reflection.")]
internal static class DerivedRules
{
    /// <summary>Of a record as a whole.</summary>
    public static IEnumerable<CelRule> Of(RecordShape shape)
    {
        foreach (var group in shape.Fields.Where(f => f.OneOf is not null).GroupBy(f => f.OneOf).Where(g => g.Count() > 1))
            yield return new($"{CelText.Count(group)} <= 1", $"only one of {string.Join(", ", group.Select(f => f.Name))} may be set");
        foreach (var field in shape.Fields.Where(f => f.NotEnforced is { Stance: Stance.Refuse }))
            yield return Refused(field, field.NotEnforced!);
    }

    /// <summary>Of one value of a field.</summary>
    public static IEnumerable<CelRule> Of(FieldShape field, ValueShape value)
    {
        if (value is { Kind: ValueKind.Map, NumberKeys: true })
            yield return new("self.all(key, key.matches('^[0-9]{1,5}$') && int(key) >= 1 && int(key) <= 65535)", "each key must be a port number from 1 to 65535");
        if (value.Kind == ValueKind.Duration && field.Duration is { } bound)
        {
            var least = string.Create(CultureInfo.InvariantCulture, $"{bound.Minimum.TotalMilliseconds}ms");
            yield return new($"duration(self) >= duration('{least}')", $"must be at least {least}");
        }

        foreach (var refused in value.Enum?.Values.Where(v => v.NotEnforced is { Stance: Stance.Refuse }) ?? [])
            yield return new($"self != {CelText.Quoted(refused.Name)}", $"{refused.Name} is not enforced. {refused.NotEnforced!.Reason}");
    }

    private static CelRule Refused(FieldShape field, NotEnforcedAttribute rule)
    {
        var self = CelText.Self(field.Name);
        var allowed = rule.Except.Length == 0 ? "" : field.Value.Kind == ValueKind.List
            ? $" || {self}.all(v, v in {CelText.Words(rule.Except)})"
            : $" || {self} in {CelText.Words(rule.Except)}";
        var what = rule.Except.Length == 0 ? "not enforced" : $"others than {string.Join(", ", rule.Except)} are not enforced";
        return new($"!({CelText.IsSet(field)}){allowed}", $"{what}. {rule.Reason}", field.Name);
    }
}
