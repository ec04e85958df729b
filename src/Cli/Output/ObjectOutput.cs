using System.Globalization;
using System.Text.Json;
using Mesh.Cli.Commands;
using Mesh.Core.Documents;
using Mesh.Core.Kinds;

namespace Mesh.Cli.Output;

/// <summary>One object or a list of them in the formats of <c>get -o</c>.</summary>
internal static class ObjectOutput
{
    public static string Render(KindInfo kind, JsonElement answer, string format, bool allNamespaces, TimeProvider time)
    {
        JsonElement[] items = answer.TryGetProperty("items", out var list) ? [.. list.EnumerateArray()] : [answer];
        return format switch
        {
            "json" => JsonSerializer.Serialize(answer, CommonOptions.Json) + "\n",
            "yaml" => YamlWriter.Write(answer),
            "name" => string.Concat(items.Select(item => $"{kind.Singular}/{Meta(item, "name")}\n")),
            _ when items.Length == 0 => $"No {kind.Plural} found.\n",
            _ => Table(kind, items, allNamespaces, format == "wide", time),
        };
    }

    private static string Table(KindInfo kind, JsonElement[] items, bool allNamespaces, bool wide, TimeProvider time)
    {
        var columns = KindColumns.For(kind);
        string[] headers = [.. allNamespaces ? ["NAMESPACE"] : Array.Empty<string>(), "NAME", .. columns.Select(c => c.Header), "AGE",
            .. wide ? ["REVISION", "GENERATION"] : Array.Empty<string>()];
        var table = new TextTable(headers);
        foreach (var item in items)
            table.Add([.. allNamespaces ? [Meta(item, "namespace")] : Array.Empty<string>(), Meta(item, "name"), .. columns.Select(c => c.Value(item)),
                Age(Meta(item, "creationTimestamp"), time), .. wide ? [Meta(item, "resourceVersion"), Meta(item, "generation")] : Array.Empty<string>()]);
        return table.ToString();
    }

    private static string Meta(JsonElement item, string field) =>
        item.TryGetProperty("metadata", out var metadata) && metadata.TryGetProperty(field, out var value) ? value.ToString() : "";

    /// <summary>As kubectl: the largest unit that leaves at least two of it, roughly.</summary>
    internal static string Age(string created, TimeProvider time)
    {
        if (!DateTimeOffset.TryParse(created, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)) return "";
        var age = time.GetUtcNow() - at;
        if (age < TimeSpan.FromMinutes(2)) return $"{Math.Max(0, (int)age.TotalSeconds)}s";
        if (age < TimeSpan.FromHours(2)) return $"{(int)age.TotalMinutes}m";
        return age < TimeSpan.FromDays(2) ? $"{(int)age.TotalHours}h" : $"{(int)age.TotalDays}d";
    }
}
