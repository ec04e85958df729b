namespace Mesh.Analysis.Documents;

/// <summary>Places of fields as text.</summary>
internal static class FieldPaths
{
    /// <summary>A key of a map as a step of a path: <c>.key</c>, or <c>["a.b"]</c> where the key would be read as more than one.</summary>
    public static string Key(string key) => key.AsSpan().IndexOfAny('.', '[', ' ') >= 0 || key.Length == 0 ? $"[\"{key}\"]" : "." + key;
}
