namespace Mesh.Analysis.Analyzers;

/// <summary>Enumerations in messages: bounded, because a thousand objects may share a fault.</summary>
internal static class Listed
{
    private const int Most = 10;

    public static string Of(IReadOnlyCollection<string> names) => names.Count <= Most
        ? string.Join(", ", names)
        : $"{string.Join(", ", names.Take(Most))} and {names.Count - Most} more";
}
