using System.Globalization;
using Mesh.Core.Documents;

namespace Mesh.Core.Validation;

/// <summary>The place of a value in a document: a chain of field names, map keys and list indexes.</summary>
internal sealed class FieldPath
{
    public static readonly FieldPath Root = new(null, "", -1);

    private readonly FieldPath? parent;
    private readonly string name;
    private readonly int index;

    private FieldPath(FieldPath? parent, string name, int index)
    {
        this.parent = parent;
        this.name = name;
        this.index = index;
    }

    public FieldPath Field(string field) => new(this, field, -1);

    public FieldPath Item(int item) => new(this, "", item);

    /// <summary>Whether <paramref name="other"/> is this place or lies inside it.</summary>
    public bool Contains(FieldPath other)
    {
        var (mine, theirs) = (ToString(), other.ToString());
        return theirs.StartsWith(mine, StringComparison.Ordinal)
            && (theirs.Length == mine.Length || mine.Length == 0 || theirs[mine.Length] is '.' or '[');
    }

    /// <summary>The line of the value under <paramref name="root"/>, or of the nearest thing around it that exists.</summary>
    public int LineIn(SourceNode root) => Find(root).Line;

    /// <summary>Whether the document has a value here, an empty one included.</summary>
    public bool ExistsIn(SourceNode root) => Find(root).Node is not null and not SourceScalar { Type: ScalarType.Null };

    public override string ToString()
    {
        if (parent is null) return "";
        var before = parent.ToString();
        if (index >= 0) return string.Create(CultureInfo.InvariantCulture, $"{before}[{index}]");
        if (name.AsSpan().IndexOfAny('.', '[', ' ') >= 0 || name.Length == 0) return $"{before}[\"{name}\"]";
        return before.Length == 0 ? name : before + "." + name;
    }

    // The deepest node on the way that exists; a field's line is its key's.
    private (SourceNode? Node, int Line) Find(SourceNode root)
    {
        if (parent is null) return (root, root.Line);
        var (around, line) = parent.Find(root);
        if (index >= 0)
            return around is SourceSequence list && index < list.Items.Count ? (list.Items[index], list.Items[index].Line) : (null, line);
        return (around as SourceMapping)?.Find(name) is { } entry ? (entry.Value, entry.Line) : (null, line);
    }
}
