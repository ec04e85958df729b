using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using Mesh.Core.Fields;
using Mesh.Core.Kinds;
using Mesh.Core.Resources;
using Mesh.Core.Resources.Kubernetes;
using Mesh.Core.Snapshots;

namespace Mesh.Core.Tests.Fields;

/// <summary>Objects of any kind with any of their fields set to anything their types allow; not valid ones. Same seed, same object.</summary>
internal sealed class RandomSpec(int seed)
{
    private const string Alphabet = "abcXYZ019 -_./*:,#'\"\\{}[]&|>%@`~\t\n\r\0\u0085\u00e9\u2028\u20ac\ufeff";

    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Random random = new(seed);

    public MeshObject Object(KindInfo kind)
    {
        var metadata = new ObjectMeta
        {
            Name = "n" + random.Next(),
            Namespace = kind.Namespaced ? "ns" : "",
            Labels = ImmutableSortedDictionary<string, string>.Empty.Add(Text(), Text()),
            Annotations = ImmutableSortedDictionary<string, string>.Empty.Add(Text(), Text()),
            CreationTimestamp = random.Next(2) == 0 ? null : DateTimeOffset.UnixEpoch.AddTicks(random.NextInt64(long.MaxValue / 4)),
            Generation = (ulong)random.Next(3),
            ResourceVersion = new Revision((ulong)random.NextInt64()),
            Uid = random.Next(2) == 0 ? "" : "u" + random.Next(),
        };
        return new(new(kind.QualifiedKind, metadata.Namespace, metadata.Name), kind.ApiVersion, metadata, Record(RecordShape.Of(kind.SpecType)));
    }

    private object Record(RecordShape shape)
    {
        var record = shape.Create();
        foreach (var field in shape.Fields)
            if (random.Next(3) > 0) field.Set(record, Value(field.Value));
        return record;
    }

    private object Value(ValueShape shape) => shape.Kind switch
    {
        ValueKind.Text => Text(),
        ValueKind.Boolean => random.Next(2) == 0,
        ValueKind.Integer => random.Next(4) == 0 ? 0 : random.Next(int.MinValue, int.MaxValue),
        ValueKind.Long => random.NextInt64(long.MinValue, long.MaxValue),
        ValueKind.Number => random.Next(3) == 0 ? random.Next(100) : random.NextDouble() * Math.Pow(10, random.Next(-20, 20)),
        ValueKind.Duration => new TimeSpan(random.NextInt64(random.Next(2) == 0 ? 100_000_000 : 315_576_000_000 * TimeSpan.TicksPerSecond)),
        ValueKind.Enum => shape.Enum!.Values[random.Next(shape.Enum.Values.Length)].Value,
        ValueKind.Bytes => Enumerable.Range(0, random.Next(5)).Select(_ => (byte)random.Next(256)).ToImmutableArray(),
        ValueKind.IntOrString => random.Next(2) == 0 ? new IntOrString(random.Next()) : new IntOrString(Text()),
        ValueKind.Any => Any(),
        ValueKind.Record => Record(shape.Record),
        ValueKind.List => shape.Collection!.Create(Enumerable.Range(0, random.Next(3)).Select(_ => ((object?)null, (object?)Value(shape.Element!)))),
        _ => shape.Collection!.Create(Enumerable.Range(1, random.Next(3)).Select(i => ((object?)Key(shape, i), (object?)Value(shape.Element!)))),
    };

    private AnyValue Any() => new(JsonSerializer.Serialize(
        new Dictionary<string, object?> { ["a" + Text()] = Text(), ["b"] = random.Next(), ["c"] = new object?[] { true, null, random.Next(8) / 4.0 }, ["d"] = new { } }, Relaxed));

    private object Key(ValueShape shape, int unique) => shape.NumberKeys ? unique + random.Next(1000) * 10 : unique + Text();

    private string Text() => string.Concat(Enumerable.Range(0, random.Next(8)).Select(_ => random.Next(20) == 0 ? "\U0001F600" : Alphabet[random.Next(Alphabet.Length)].ToString()));
}
