namespace Mesh.Analysis.Analyzers;

/// <summary>Enumerations in messages: bounded, because a thousand objects may share a fault.</summary>
internal static class Listed
{
    private const int Most = 10;

    /// <summary>All but <paramref name="own"/>, which is one of them; empty where there is no other.</summary>
    public static string Of(IReadOnlyCollection<string> names, string own)
    {
        var shown = string.Join(", ", names.Take(Most + 1).Where(n => n != own).Take(Most));
        return names.Count - 1 <= Most ? shown : $"{shown} and {names.Count - 1 - Most} more";
    }

    public static string Of(IReadOnlyCollection<string> names) => names.Count <= Most
        ? string.Join(", ", names)
        : $"{string.Join(", ", names.Take(Most))} and {names.Count - Most} more";
}
