using Mesh.Core.Resources;

namespace Mesh.Core.Validation;

/// <summary>What the rules of a kind see: the object's metadata, a place in its document, and where to report.</summary>
internal sealed class RuleContext(DiagnosticSink sink, ObjectMeta metadata, FieldPath path)
{
    public ObjectMeta Metadata { get; } = metadata;

    public FieldPath Path { get; } = path;

    public RuleContext Field(string name) => new(sink, Metadata, Path.Field(name));

    public RuleContext Item(int index) => new(sink, Metadata, Path.Item(index));

    /// <summary>Refuses the object, unless this place is already known to be wrong.</summary>
    public void Error(string reason, string hint = "") => sink.ErrorUnlessKnown(Path, reason, hint);

    public void Warn(string reason, string hint = "") => sink.Warn(Path, reason, hint);
}
