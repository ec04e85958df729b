using Mesh.Cli.Client;
using Mesh.Core.Kinds;

namespace Mesh.Cli.Local;

/// <summary>
/// The MeshConfig object that stands for a LocalMesh's <c>meshConfig</c>. It is marked as such, so that it goes when the field goes from
/// the file, and one that a user applied does not.
/// </summary>
internal static class LocalMeshConfig
{
    /// <summary>The only MeshConfig a mesh may have.</summary>
    public const string Name = "default";

    /// <summary>Holds the name of the LocalMesh that the object was written from.</summary>
    public const string Annotation = "mesh.dev/local-mesh";

    /// <summary>Removes the object of an earlier run; the revision of that, null when there is none.</summary>
    public static async Task<ulong?> WithdrawAsync(MeshApi api, CancellationToken cancel)
    {
        var kind = KindRegistry.MeshConfig;
        var list = await api.GetAsync($"/apis/{kind.ApiVersion}/{kind.Plural}", cancel);
        var isOurs = list.GetProperty("items").EnumerateArray().Any(item =>
            item.GetProperty("metadata") is var metadata && metadata.GetProperty("name").GetString() == Name
            && metadata.TryGetProperty("annotations", out var annotations) && annotations.TryGetProperty(Annotation, out _));
        if (!isOurs) return null;
        var deleted = await api.DeleteAsync(new DeleteRequest([$"{kind.QualifiedKind}//{Name}"]), cancel);
        return deleted.Revision;
    }
}
