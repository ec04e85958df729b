namespace Mesh.Core.Documents;

/// <summary>A piece of a document as it was written, with the line it starts on (1-based).</summary>
internal abstract record SourceNode(int Line)
{
    /// <summary>In the line, 1-based; 0 when not known.</summary>
    public int Column { get; init; }

    /// <summary>What it is, for messages: "a map", "a number".</summary>
    public abstract string Described { get; }
}

/// <summary>A map; keys in the order they were written, unique.</summary>
internal sealed record SourceMapping(int Line, IReadOnlyList<SourceEntry> Entries) : SourceNode(Line)
{
    public override string Described => "a map";

    public SourceEntry? Find(string key)
    {
        foreach (var entry in Entries)
            if (entry.Key == key) return entry;
        return null;
    }

    public string? FindText(string key) => Find(key)?.Value is SourceScalar { Type: ScalarType.String } scalar ? scalar.Text : null;
}

/// <summary>One entry of a map and the line of its key.</summary>
internal sealed record SourceEntry(string Key, int Line, SourceNode Value)
{
    /// <summary>Of the key in its line, 1-based; 0 when not known.</summary>
    public int Column { get; init; }
}

/// <summary>A list.</summary>
internal sealed record SourceSequence(int Line, IReadOnlyList<SourceNode> Items) : SourceNode(Line)
{
    public override string Described => "a list";
}

/// <summary>What a scalar is, by its spelling as Kubernetes reads YAML.</summary>
internal enum ScalarType
{
    Null,
    Boolean,
    Integer,
    Float,
    String,
}

/// <summary>A scalar; <see cref="Text"/> is as written, <see cref="Number"/> is the value of numbers and 1 for true.</summary>
internal sealed record SourceScalar(int Line, ScalarType Type, string Text, double Number = 0, long Integer = 0) : SourceNode(Line)
{
    public bool Boolean => Integer != 0;

    /// <summary>Whether it stands without quotes, so that its type came from its spelling.</summary>
    public bool IsPlain { get; init; }

    public override string Described => Type switch
    {
        ScalarType.Null => "null",
        ScalarType.Boolean => $"the boolean {Text}",
        ScalarType.Integer or ScalarType.Float => $"the number {Text}",
        _ => $"the string \"{(Text.Length > 60 ? Text[..60] + "..." : Text)}\"",
    };
}
