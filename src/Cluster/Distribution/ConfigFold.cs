using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Mesh.Cluster.Wire;
using Mesh.Core.Resources;
using Mesh.Core.Snapshots;
using Mesh.Protocol.Delta;
using Mesh.Protocol.V1;

namespace Mesh.Cluster.Distribution;

/// <summary>Folds changes of the configuration log into a model. Pure.</summary>
internal static class ConfigFold
{
    /// <summary>
    /// The model with the changes at <paramref name="revision"/>. An object that this version cannot read goes to agents as it is, only not into the typed
    /// snapshot; why is added to <paramref name="unreadable"/>.
    /// </summary>
    public static ReplicaModel Apply(
        ReplicaModel model, ulong epoch, ulong revision, IReadOnlyList<OriginEntry> changes, List<(string Key, string Reason)> unreadable)
    {
        var documents = model.Documents.ToBuilder();
        var resources = model.Objects.ToBuilder();
        var objects = model.Snapshot.Objects.ToBuilder();
        foreach (var change in changes)
        {
            if (!ObjectKey.TryParse(change.Key, out var key)) continue;
            if (change.Removed)
            {
                documents.Remove(change.Key);
                resources.Remove(change.Key);
                objects.Remove(key);
                continue;
            }
            var document = ConfigObject.Parser.ParseFrom(change.Value);
            documents[change.Key] = document;
            resources[change.Key] = new DeltaResource(change.Key, document.Revision.ToString(System.Globalization.CultureInfo.InvariantCulture), Any.Pack(document));
            if (ObjectReader.TryFromStoredJson(document.Json.Span, out var read, out var reason)) objects[key] = read;
            else unreadable.Add((change.Key, reason));
        }
        return model with
        {
            IsConfigKnown = true,
            ConfigEpoch = epoch,
            Documents = documents.ToImmutable(),
            Objects = resources.ToImmutable(),
            Snapshot = model.Snapshot with { Revision = new Revision(revision), Objects = objects.ToImmutable() },
        };
    }

    /// <summary>The entries of a whole log as changes to <paramref name="model"/>: what it does not name is gone.</summary>
    public static IReadOnlyList<OriginEntry> Difference(ReplicaModel model, IReadOnlyList<OriginEntry> whole)
    {
        var named = whole.Select(e => e.Key).ToHashSet(StringComparer.Ordinal);
        var gone = model.Documents.Keys.Where(key => !named.Contains(key)).Select(key => new OriginEntry { Key = key, Removed = true });
        var changed = whole.Where(e => !model.Documents.TryGetValue(e.Key, out var document) || document.ToByteString() != e.Value);
        return [.. changed, .. gone];
    }
}
