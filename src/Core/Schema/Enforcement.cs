using System.Diagnostics.CodeAnalysis;
using Mesh.Core.Fields;
using Mesh.Core.Kinds;

namespace Mesh.Core.Schema;

/// <summary>What becomes of a field.</summary>
public enum EnforcementStatus
{
    /// <summary>The mesh acts on it.</summary>
    Enforced,

    /// <summary>Gateways act on it; sidecars have nothing to do with it.</summary>
    EnforcedAtGateways,

    /// <summary>An object that sets it is not accepted.</summary>
    Refused,

    /// <summary>Accepted with a warning, without effect.</summary>
    Warned,

    /// <summary>Accepted, of no meaning for the mesh.</summary>
    Ignored,

    /// <summary>Its kind is never applied: the mesh reads it where Kubernetes has it, <c>analyze</c> and <c>convert</c> read it from files.</summary>
    Read,
}

/// <summary>What becomes of a field, by the attributes that validation goes by.</summary>
/// <param name="Status">The answer.</param>
/// <param name="Reason">Whole sentences; empty where it is enforced.</param>
/// <param name="Around">The field, or the kind, that it depends on because that one is not enforced; null: it is about the field itself.</param>
[RequiresUnreferencedCode("Finds the fields of model records by reflection.")]
[RequiresDynamicCode("Builds collections of types found by reflection.")]
public sealed record Enforcement(EnforcementStatus Status, string Reason = "", string? Around = null)
{
    /// <summary>For people: <c>enforced at gateways only</c>.</summary>
    public string Word => Status switch
    {
        EnforcementStatus.EnforcedAtGateways => "enforced at gateways only",
        _ => Status.ToString().ToLowerInvariant(),
    };

    internal static Enforcement Of(KindInfo kind) => kind.Use == KindUse.Input
        ? new(EnforcementStatus.Read, "Objects of this kind belong to Kubernetes and are never applied to the mesh, which reads them there.")
        : kind.NotEnforced is { } rule ? Of(rule)
        : new(FieldFacts.IsForGatewaysOnly(kind.SpecType) ? EnforcementStatus.EnforcedAtGateways : EnforcementStatus.Enforced);

    /// <param name="field">The field itself.</param>
    /// <param name="around">What is around it: the field or kind it is in.</param>
    /// <param name="name">Of what is around it.</param>
    internal static Enforcement Of(FieldShape field, Enforcement around, string name)
    {
        if (around.Status is not (EnforcementStatus.Enforced or EnforcementStatus.EnforcedAtGateways)) return around with { Around = around.Around ?? name };
        if (field.NotEnforced is { Except.Length: 0 } rule) return Of(rule);
        if (TypeNames.RecordOf(field.Value) is { } record && IsHollow(record)) return new(EnforcementStatus.Warned, "Nothing in it is enforced.");
        return around with { Around = null };
    }

    // A record without any field that does something.
    private static bool IsHollow(RecordShape record) =>
        record.Fields.Length > 0 && record.Fields.All(f => f.NotEnforced is not null || (TypeNames.RecordOf(f.Value) is { } inner && IsHollow(inner)));

    internal static Enforcement Of(NotEnforcedAttribute rule) => new(
        rule.Stance switch { Stance.Refuse => EnforcementStatus.Refused, Stance.Warn => EnforcementStatus.Warned, _ => EnforcementStatus.Ignored }, rule.Reason);

    /// <summary>For values of a field that have a status of their own: <c>PASSTHROUGH: refused. Reason.</c></summary>
    internal static IEnumerable<string> OfValues(FieldShape field)
    {
        if (field.NotEnforced is { Except.Length: > 0 } rule) yield return $"other values than {string.Join(", ", rule.Except)}: {Of(rule).Word}. {rule.Reason}";
        var value = field.Value;
        while (value.Element is { } element) value = element;
        foreach (var member in value.Enum?.Values.Where(v => v.NotEnforced is not null) ?? [])
            yield return $"{member.Name}: {Of(member.NotEnforced!).Word}. {member.NotEnforced!.Reason}";
    }
}
