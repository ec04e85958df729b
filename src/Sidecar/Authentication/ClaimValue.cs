using System.Text.Json;

namespace Mesh.Sidecar.Authentication;

/// <summary>
/// A value of a token's payload, read once when the token is verified so that matching it allocates nothing. Immutable.
/// </summary>
internal sealed class ClaimValue
{
    private ClaimValue(JsonTokenType kind) => Kind = kind;

    /// <summary>String, Number, True, False, Null, StartArray or StartObject.</summary>
    public JsonTokenType Kind { get; }

    /// <summary>A string's content, a number or boolean as written; null for others.</summary>
    public string? Text { get; private init; }

    public ClaimValue[] Items { get; private init; } = [];

    public Dictionary<string, ClaimValue>? Fields { get; private init; }

    /// <summary>The value at a path of names; null where there is none.</summary>
    public ClaimValue? Find(ReadOnlySpan<string> path)
    {
        var here = this;
        foreach (var name in path)
        {
            if (here.Fields is null || !here.Fields.TryGetValue(name, out var next)) return null;
            here = next;
        }
        return here;
    }

    /// <summary>Of a name that stands twice the last counts, as in Envoy. Throws <see cref="JsonException"/>.</summary>
    public static ClaimValue Parse(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 32 });
        reader.Read();
        var value = Read(ref reader);
        if (reader.Read()) throw new JsonException("more than one value");
        return value;
    }

    /// <summary>With some strings cut into lists at their spaces (<c>normalize_payload_in_metadata</c>).</summary>
    public ClaimValue WithLists(IReadOnlyCollection<string> names)
    {
        if (Fields is null || !names.Any(n => Fields.TryGetValue(n, out var value) && value.Kind == JsonTokenType.String)) return this;
        var fields = new Dictionary<string, ClaimValue>(Fields, StringComparer.Ordinal);
        foreach (var name in names)
            if (fields.TryGetValue(name, out var value) && value.Kind == JsonTokenType.String) fields[name] = ListOf(value.Text!);
        return new ClaimValue(Kind) { Fields = fields };
    }

    private static ClaimValue ListOf(string text) => new(JsonTokenType.StartArray)
    {
        Items = [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(t => new ClaimValue(JsonTokenType.String) { Text = t })],
    };

    private static ClaimValue Read(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.String:
                return new ClaimValue(JsonTokenType.String) { Text = reader.GetString() };
            case JsonTokenType.Number:
                return new ClaimValue(JsonTokenType.Number) { Text = System.Text.Encoding.ASCII.GetString(reader.ValueSpan) };
            case JsonTokenType.True or JsonTokenType.False:
                return new ClaimValue(reader.TokenType) { Text = reader.TokenType == JsonTokenType.True ? "true" : "false" };
            case JsonTokenType.StartArray:
                var items = new List<ClaimValue>();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray) items.Add(Read(ref reader));
                return new ClaimValue(JsonTokenType.StartArray) { Items = [.. items] };
            case JsonTokenType.StartObject:
                var fields = new Dictionary<string, ClaimValue>(StringComparer.Ordinal);
                while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
                {
                    var name = reader.GetString()!;
                    reader.Read();
                    fields[name] = Read(ref reader);
                }
                return new ClaimValue(JsonTokenType.StartObject) { Fields = fields };
            default:
                return new ClaimValue(JsonTokenType.Null);
        }
    }
}
