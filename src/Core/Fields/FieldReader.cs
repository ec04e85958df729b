using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Mesh.Core.Documents;
using Mesh.Core.Kinds;
using Mesh.Core.Validation;

namespace Mesh.Core.Fields;

/// <summary>
/// Fills model records from a document's tree and reports everything the records' attributes forbid: unknown and missing fields, wrong
/// types, ranges, more than one of a oneof, fields that are not enforced. Tolerant, it only reports what it cannot read.
/// </summary>
[RequiresUnreferencedCode("Finds the fields of model records by reflection.")]
[RequiresDynamicCode("Builds collections of types found by reflection.")]
internal sealed class FieldReader(DiagnosticSink sink, KindInfo kind, bool tolerant)
{
    private const int MaxNumberKey = 65535;

    private readonly ScalarReader scalars = new(sink, tolerant, numbersForEnums: kind.IsProtobuf);
    private readonly FieldChecks checks = new(sink);

    private const int MaxFieldsInHint = 5;

    public object? ReadRecord(SourceNode node, RecordShape shape, FieldPath path)
    {
        if (node is not SourceMapping map) return scalars.Wrong(node, path, "a map", FieldsHint(node, shape));
        var record = shape.Create();
        var isLarge = map.Entries.Count > shape.Fields.Length; // then some field is unknown or given twice
        var given = isLarge || kind.IsProtobuf ? new HashSet<FieldShape>() : null;
        foreach (var entry in map.Entries)
        {
            if ((shape.Find(entry.Key) ?? (kind.IsProtobuf ? shape.FindSnake(entry.Key) : null)) is not { } field)
                UnknownField(path.Field(entry.Key), entry.Key, shape);
            else if (given?.Add(field) == false)
                sink.Error(path.Field(field.Name), $"given twice, as {field.Name} and as {FieldNames.SnakeCase(field.Name)}", $"Keep {field.Name}.");
            else if (entry.Value is not SourceScalar { Type: ScalarType.Null } && Read(entry.Value, field.Value, path.Field(field.Name), field) is { } value)
                Assign(record, field, value, path.Field(field.Name));
        }

        if (!tolerant) checks.CheckWhole(record, shape, path);
        return record;
    }

    private void Assign(object record, FieldShape field, object value, FieldPath path)
    {
        if (!tolerant) checks.Check(field, value, path);
        field.Set(record, value);
    }

    private object? Read(SourceNode node, ValueShape shape, FieldPath path, FieldShape field) => shape.Kind switch
    {
        ValueKind.Record => ReadRecord(node, shape.Record, path),
        ValueKind.List => ReadList(node, shape, path, field),
        ValueKind.Map => ReadMap(node, shape, path, field),
        _ => scalars.Read(node, shape, path, field),
    };

    private object ReadList(SourceNode node, ValueShape shape, FieldPath path, FieldShape field)
    {
        if (node is not SourceSequence list)
        {
            scalars.Wrong(node, path, "a list", node is SourceMapping or SourceScalar ? "Put \"- \" before each element." : "", field.Sensitive);
            return shape.Collection!.Create([]);
        }

        var items = new List<(object?, object?)>(list.Items.Count);
        for (var i = 0; i < list.Items.Count; i++)
            if (Read(list.Items[i], shape.Element!, path.Item(i), field) is { } value) items.Add((null, value));
        return shape.Collection!.Create(items);
    }

    private object ReadMap(SourceNode node, ValueShape shape, FieldPath path, FieldShape field)
    {
        if (node is not SourceMapping map)
        {
            scalars.Wrong(node, path, "a map", node is SourceScalar && !field.Sensitive ? "Write key: value lines under it." : "", field.Sensitive);
            return shape.Collection!.Create([]);
        }

        var items = new Dictionary<object, object?>(map.Entries.Count);
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

    // What people write in one word where the record has fields.
    private static string FieldsHint(SourceNode node, RecordShape shape)
    {
        if (node is SourceSequence) return "Write its fields without \"- \" before them.";
        string[] names = [.. shape.Fields.Select(f => f.Name).Take(MaxFieldsInHint + 1)];
        return names.Length == 0 ? "" : $"Write its fields under it: {string.Join(", ", names.Take(MaxFieldsInHint))}{(names.Length > MaxFieldsInHint ? ", ..." : "")}";
    }

    private void UnknownField(FieldPath path, string name, RecordShape shape)
    {
        if (tolerant || shape.IsPartial || sink.IsFull) return;
        sink.Error(path, "unknown field", FieldPlaces.Of(kind).HintFor(name, shape, path));
    }
}
