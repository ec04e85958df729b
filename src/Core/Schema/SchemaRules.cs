using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Mesh.Core.Fields;
using Mesh.Core.Schema.Cel;
using Mesh.Core.Schema.Rules;

namespace Mesh.Core.Schema;

/// <summary>
/// Bounds and CEL rules by record and field: what <c>Validation/Rules</c> says in C#, as far as the Kubernetes API server can check it by
/// itself. Immutable once made.
/// </summary>
internal sealed class SchemaRules
{
    private readonly Dictionary<(Type, string), FieldBounds> fields = [];
    private readonly Dictionary<Type, ImmutableArray<CelRule>> records = [];

    private SchemaRules()
    {
        RoutingSchema.AddTo(this);
        TrafficPolicySchema.AddTo(this);
        GatewaySchema.AddTo(this);
        ServiceEntrySchema.AddTo(this);
        SecuritySchema.AddTo(this);
        MeshSchema.AddTo(this);
    }

    public static SchemaRules All { get; } = new();

    public FieldBounds Of(FieldShape field) => fields.GetValueOrDefault((field.Property.DeclaringType!, field.Property.Name), FieldBounds.None);

    public ImmutableArray<CelRule> Of(Type record) => records.GetValueOrDefault(record, []);

    public SchemaRules Record<T>(params ImmutableArray<CelRule> rules)
    {
        records.Add(typeof(T), rules);
        return this;
    }

    /// <param name="property">The C# name, by <c>nameof</c>.</param>
    /// <param name="bounds">What holds for it.</param>
    public SchemaRules Field<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] T>(string property, FieldBounds bounds)
    {
        if (typeof(T).GetProperty(property) is null) throw new ArgumentException($"{typeof(T).Name} has no {property}", nameof(property));
        fields.Add((typeof(T), property), bounds);
        return this;
    }
}
