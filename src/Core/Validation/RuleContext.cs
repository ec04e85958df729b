using System.Collections.Immutable;
using Mesh.Core.Resources;

namespace Mesh.Core.Validation;

/// <summary>What the rules of a kind see: the object's metadata, a place in its document, and where to report.</summary>
internal sealed class RuleContext(DiagnosticSink sink, ObjectMeta metadata, FieldPath path, string version)
{
    public ObjectMeta Metadata { get; } = metadata;

    public FieldPath Path { get; } = path;

    /// <summary>The version the object is written in: <c>v1alpha3</c>.</summary>
    public string Version { get; } = version;

    public RuleContext Field(string name) => new(sink, Metadata, Path.Field(name), Version);

    /// <summary>A field of the object's metadata.</summary>
    public RuleContext OfMetadata(string name) => new(sink, Metadata, FieldPath.Root.Field("metadata").Field(name), Version);

    public RuleContext Item(int index) => new(sink, Metadata, Path.Item(index), Version);

    /// <summary>Whether the document has a value here, an empty one included.</summary>
    public bool IsWritten => sink.IsWritten(Path);

    /// <summary>Whether something inside is known to be wrong, so that the value read may not be all that was meant.</summary>
    public bool HasWrongContent => sink.HasWrongContent(Path);

    /// <summary>Reports labels of a selector that no object can have.</summary>
    public void CheckLabels(IReadOnlyDictionary<string, string> labels)
    {
        foreach (var (key, value) in labels) MetadataRules.CheckLabel(key, value, sink, Path.Field(key));
    }

    /// <summary>Reports a value that is none of <paramref name="allowed"/>, among which empty stands for one that is left out.</summary>
    public void CheckWord(string value, ImmutableArray<string> allowed)
    {
        if (!allowed.Contains(value)) Error($"unknown value {Names.Quote(value)}", $"Use one of {string.Join(", ", allowed.Where(a => a.Length > 0))}.");
    }

    /// <summary>Reports empty strings among the elements of this list.</summary>
    public void CheckNotEmpty(ImmutableArray<string> values)
    {
        for (var i = 0; i < values.Length; i++)
            if (values[i].Length == 0) Item(i).Error("must not be empty");
    }

    /// <summary>Reports elements of this list that have the name of an earlier one; elements without a name do not count.</summary>
    public void CheckUnique<T>(ImmutableArray<T> values, Func<T, string> nameOf, string what, StringComparer? comparer = null, string field = "")
    {
        var seen = new HashSet<string>(comparer ?? StringComparer.Ordinal);
        for (var i = 0; i < values.Length; i++)
        {
            var name = nameOf(values[i]);
            if (name.Length == 0 || seen.Add(name)) continue;
            (field.Length == 0 ? Item(i) : Item(i).Field(field)).Error($"the {what} {Names.Quote(name)} is given twice");
        }
    }

    /// <summary>Refuses the object, unless this place is already known to be wrong.</summary>
    public void Error(string reason, string hint = "")
    {
        if (!sink.IsKnownWrong(Path)) sink.ErrorOfRule(Path, reason, hint);
    }

    /// <summary>As <see cref="Error"/>, for a value that means nothing at all: that it is not supported is then not said besides.</summary>
    public void ErrorOfMeaning(string reason, string hint = "")
    {
        sink.TakeBackRefusal(Path);
        Error(reason, hint);
    }

    /// <summary>Refuses what is right in itself and not supported yet.</summary>
    public void Refuse(string reason, string hint)
    {
        if (!sink.IsKnownWrong(Path)) sink.Refuse(Path, reason, hint);
    }

    /// <summary>Refuses a combination of parts; each of them is judged all the same.</summary>
    public void Conflict(string reason, string hint = "")
    {
        if (!sink.IsKnownWrong(Path)) sink.Conflict(Path, reason, hint);
    }

    /// <summary>As <see cref="Error"/>, for what follows from the content as a whole: silent also when a part could not be read.</summary>
    public void ErrorOfWhole(string reason, string hint = "")
    {
        if (!sink.HasWrongContent(Path)) Error(reason, hint);
    }

    public void Warn(string reason, string hint = "")
    {
        if (!sink.IsKnownWrong(Path) && !sink.HasWrongContent(Path)) sink.Warn(Path, reason, hint);
    }
}
