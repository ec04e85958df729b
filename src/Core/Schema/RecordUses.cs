using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Mesh.Core.Fields;
using Mesh.Core.Kinds;

namespace Mesh.Core.Schema;

/// <summary>
/// Which records a kind is made of, and what becomes of each: the best of the places it is used in, because a record that is refused in one
/// and enforced in another is enforced where it counts.
/// </summary>
[RequiresUnreferencedCode("Finds the fields of model records by reflection.")]
[RequiresDynamicCode("Builds collections of types found by reflection.")]
internal sealed class RecordUses
{
    private readonly Dictionary<KindInfo, ImmutableArray<RecordShape>> records = [];
    private readonly Dictionary<(KindInfo, Type), (Enforcement Found, string Name)> best = [];

    public static RecordUses Find()
    {
        var uses = new RecordUses();
        foreach (var kind in KindRegistry.All) uses.Follow(kind);
        return uses;
    }

    /// <summary>Breadth first, the spec itself before all others.</summary>
    public ImmutableArray<RecordShape> RecordsOf(KindInfo kind) => records[kind];

    /// <summary>What becomes of a field of a record that is a part of the kind.</summary>
    public Enforcement Of(FieldShape field, RecordShape record, KindInfo kind)
    {
        var (found, name) = best[(kind, record.Type)];
        return Enforcement.Of(field, found, name);
    }

    private void Follow(KindInfo kind)
    {
        var order = new List<RecordShape>();
        var waiting = new Queue<(RecordShape Shape, Enforcement Found, string Name)>([(RecordShape.Of(kind.SpecType), Enforcement.Of(kind), kind.Kind)]);
        while (waiting.TryDequeue(out var next))
        {
            if (best.TryGetValue((kind, next.Shape.Type), out var known))
            {
                if (IsInForce(known.Found) || !IsInForce(next.Found)) continue; // nothing new further down
            }
            else
            {
                order.Add(next.Shape);
            }

            best[(kind, next.Shape.Type)] = (next.Found, next.Name);
            foreach (var field in next.Shape.Fields)
                if (TypeNames.RecordOf(field.Value) is { } inner)
                    waiting.Enqueue((inner, Enforcement.Of(field, next.Found, next.Name), $"`{next.Shape.Type.Name}.{field.Name}`"));
        }

        records[kind] = [.. order];
    }

    private static bool IsInForce(Enforcement found) => found.Status is EnforcementStatus.Enforced or EnforcementStatus.EnforcedAtGateways;
}
