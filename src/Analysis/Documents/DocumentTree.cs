using Mesh.Core.Documents;
using Mesh.Core.Resources;

namespace Mesh.Analysis.Documents;

/// <summary>The tree of a document.</summary>
internal static class DocumentTree
{
    /// <summary>Null when the document is not YAML or not a map.</summary>
    public static SourceMapping? Of(ObjectDocument document) => document.Source as SourceMapping;
}
