namespace Mesh.Analysis.Messages;

/// <summary>One thing that analysis can find.</summary>
/// <param name="Code">Istio's, <c>IST0101</c>, or one of the mesh's own, <c>MESH0001</c>.</param>
/// <param name="Name">Istio's name of it, or ours.</param>
/// <param name="Level">Of every message of this type.</param>
/// <param name="Meaning">What is the matter, a sentence.</param>
/// <param name="Advice">What to do, a sentence.</param>
public sealed record MessageType(string Code, string Name, MessageLevel Level, string Meaning, string Advice)
{
    public override string ToString() => $"{Code} {Name}";
}
