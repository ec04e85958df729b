using System.Globalization;
using Mesh.Core.Documents;
using Mesh.Core.Fields;

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

    /// <summary>Where the value under <paramref name="root"/> stands, or the nearest thing around it that exists.</summary>
    public SourcePosition PositionIn(SourceNode root) => Find(root).Position;

    /// <summary>Whether the document has a value here, an empty one included.</summary>
    public bool ExistsIn(SourceNode root) => Find(root).Node is not null and not SourceScalar { Type: ScalarType.Null };

    /// <summary>The path as <c>ToString</c> writes it, read back; null when it is not one.</summary>
    public static FieldPath? Parse(string text)
    {
        var path = Root;
        for (var position = 0; position < text.Length;)
        {
            if (text[position] == '[' && position + 1 < text.Length && text[position + 1] == '"')
            {
                var end = text.IndexOf("\"]", position + 2, StringComparison.Ordinal);
                if (end < 0) return null;
                path = path.Field(text[(position + 2)..end]);
                position = end + 2;
            }
            else if (text[position] == '[')
            {
                var end = text.IndexOf(']', position);
                if (end < 0 || !int.TryParse(text.AsSpan(position + 1, end - position - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var item)) return null;
                path = path.Item(item);
                position = end + 1;
            }
            else
            {
                if (text[position] == '.') position++;
                var end = text.AsSpan(position).IndexOfAny('.', '[') is var length and >= 0 ? position + length : text.Length;
                if (end == position) return null;
                path = path.Field(text[position..end]);
                position = end;
            }
        }

        return path;
    }

    /// <summary>The path without the numbers of elements: <c>spec.http[].route[]</c>.</summary>
    public string Shape() => parent is null ? "" : index >= 0 ? parent.Shape() + "[]" : parent.Shape() is { Length: > 0 } before ? $"{before}.{name}" : name;

    public override string ToString()
    {
        if (parent is null) return "";
        var before = parent.ToString();
        if (index >= 0) return string.Create(CultureInfo.InvariantCulture, $"{before}[{index}]");
        if (name.AsSpan().IndexOfAny('.', '[', ' ') >= 0 || name.Length == 0) return $"{before}[\"{name}\"]";
        return before.Length == 0 ? name : before + "." + name;
    }

    // The deepest node on the way that exists; a field's position is its key's.
    private (SourceNode? Node, SourcePosition Position) Find(SourceNode root)
    {
        if (parent is null) return (root, new(root.Line, root.Column));
        var (around, position) = parent.Find(root);
        if (index >= 0)
            return around is SourceSequence list && index < list.Items.Count
                ? (list.Items[index], new(list.Items[index].Line, list.Items[index].Column))
                : (null, position);
        return Entry(around as SourceMapping) is { } entry ? (entry.Value, new(entry.Line, entry.Column)) : (null, position);
    }

    // Fields may be written in protobuf's snake_case; a path always has their JSON name.
    private SourceEntry? Entry(SourceMapping? map) => map?.Find(name) ?? (map is null || name.Length > 64 ? null : map.Find(FieldNames.SnakeCase(name)));
}
