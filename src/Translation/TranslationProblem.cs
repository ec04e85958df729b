using Mesh.Core.Resources;

namespace Mesh.Translation;

/// <summary>
/// Why an object, or the part of it at <see cref="Path"/>, is not in force for a proxy. The rest of the object, and every
/// other object, is.
/// </summary>
/// <param name="Object">The object that is ignored in part or whole.</param>
/// <param name="Path">The field, for example <c>spec.http[0].route[1].destination.subset</c>.</param>
/// <param name="Reason">A sentence for its author.</param>
/// <param name="IsWaiting">
/// Nothing is wrong with the object as it stands: this part takes force by itself when what it names is there.
/// </param>
public sealed record TranslationProblem(ObjectKey Object, string Path, string Reason, bool IsWaiting = false);
