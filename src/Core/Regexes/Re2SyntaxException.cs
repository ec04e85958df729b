namespace Mesh.Core.Regexes;

/// <summary>Why an expression is refused; a clause without a full stop. Never leaves <see cref="Re2"/>.</summary>
internal sealed class Re2SyntaxException(string message) : Exception(message);
