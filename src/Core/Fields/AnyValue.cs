namespace Mesh.Core.Fields;

/// <summary>
/// A value of any form (protobuf's Struct or Value), kept as compact JSON with the keys of maps in the order they were written.
/// </summary>
public readonly record struct AnyValue(string Json)
{
    /// <summary>An empty map, which is what no JSON at all means.</summary>
    public string Json { get; } = Json;

    public override string ToString() => Json ?? "{}";
}
