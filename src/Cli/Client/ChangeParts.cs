using System.Text.Json;

namespace Mesh.Cli.Client;

/// <summary>Cuts changes into requests that a replica takes (docs/reference/api.md), in the order given. Pure.</summary>
internal static class ChangeParts
{
    /// <summary>What a replica takes in one request.</summary>
    public const int MaxObjects = 5_000;

    // A comma, and the indentation of a document within its list.
    private const int Around = 64;

    /// <summary>Of the 8 MiB of a body, what is left beside its envelope.</summary>
    public const int MaxBytes = (8 << 20) - 4096;

    public static IReadOnlyList<ApplyDocument[]> OfDocuments(IEnumerable<ApplyDocument> documents) =>
        Cut(documents, static d => JsonSerializer.SerializeToUtf8Bytes(d, MeshContext.Json).Length + Around);

    public static IReadOnlyList<string[]> OfKeys(IEnumerable<string> keys) =>
        Cut(keys, static k => JsonSerializer.SerializeToUtf8Bytes(k, MeshContext.Json).Length + Around);

    // One that is too large by itself goes alone: the replica's answer says so better than we could.
    private static List<T[]> Cut<T>(IEnumerable<T> all, Func<T, int> sizeOf)
    {
        var parts = new List<T[]>();
        var part = new List<T>();
        var bytes = 0;
        foreach (var one in all)
        {
            var size = sizeOf(one);
            if (part.Count == MaxObjects || part.Count > 0 && bytes + size > MaxBytes)
            {
                parts.Add([.. part]);
                part.Clear();
                bytes = 0;
            }
            part.Add(one);
            bytes += size;
        }
        if (part.Count > 0 || parts.Count == 0) parts.Add([.. part]);
        return parts;
    }
}
