using System.Collections.Frozen;
using System.Collections.Immutable;
using Mesh.Core.Kinds;
using Mesh.Core.Resources;
using Mesh.Core.Resources.Mesh;

namespace Mesh.Analysis.Indexing;

/// <summary>
/// The objects of files and mesh together: a file's object takes the place of the mesh's, and keeps its age, which decides among objects
/// that conflict. Refused objects take part as far as they could be read, so that one error does not make ten of it.
/// </summary>
internal sealed record DocumentSet(
    ImmutableArray<MeshObject> Objects, FrozenDictionary<ObjectKey, ObjectDocument> ByKey, ImmutableArray<ObjectDocument> Duplicates)
{
    public static DocumentSet Of(AnalysisInput input)
    {
        var objects = new Dictionary<ObjectKey, (MeshObject Object, ObjectDocument Document)>();
        var duplicates = ImmutableArray.CreateBuilder<ObjectDocument>();
        foreach (var document in input.Mesh?.Objects ?? [])
            if (document.Draft is { } draft) objects[draft.Key] = (draft, document);
        foreach (var document in input.Documents)
        {
            if (document.Draft is not { } draft) continue;
            if (objects.TryGetValue(draft.Key, out var before))
            {
                if (before.Document.File.Length > 0) duplicates.Add(before.Document);
                draft = Created(draft, before.Object.Metadata.CreationTimestamp);
            }
            else if (input.Mesh is not null)
            {
                draft = Created(draft, DateTimeOffset.MaxValue); // once applied it is the youngest
            }

            objects[draft.Key] = (draft, document);
        }

        AddLocalSettings(objects);
        return new DocumentSet(
            [.. objects.Values.Select(o => o.Object).OrderBy(o => o.Key)], objects.ToFrozenDictionary(o => o.Key, o => o.Value.Document), duplicates.ToImmutable());
    }

    private static MeshObject Created(MeshObject given, DateTimeOffset? at) => given with { Metadata = given.Metadata with { CreationTimestamp = at } };

    /// <summary>The settings inside a LocalMesh are in force as the mesh's MeshConfig, as <c>meshctl up</c> applies them.</summary>
    private static void AddLocalSettings(Dictionary<ObjectKey, (MeshObject Object, ObjectDocument Document)> objects)
    {
        if (objects.Values.Any(o => o.Object.Spec is MeshConfig)) return;
        var local = objects.Values.Where(o => o.Object.Spec is LocalMesh { MeshConfig: not null }).OrderBy(o => o.Object.Key).FirstOrDefault();
        if (local.Object?.SpecAs<LocalMesh>().MeshConfig is not { } settings) return;
        var kind = KindRegistry.MeshConfig;
        var key = new ObjectKey(kind.QualifiedKind, "", "default");
        objects[key] = (new MeshObject(key, kind.ApiVersion, new ObjectMeta { Name = key.Name }, settings), local.Document);
    }
}
