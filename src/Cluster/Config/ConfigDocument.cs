using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Mesh.Cluster.Wire;
using Mesh.Core.Resources;
using Mesh.Protocol.V1;

namespace Mesh.Cluster.Config;

/// <summary>The server's part of an object's metadata: taken off what the user sends, put on what is stored. Pure.</summary>
internal static class ConfigDocument
{
    private static readonly string[] ServerFields =
        ["creationTimestamp", "generation", "resourceVersion", "uid", "managedFields", "selfLink"];

    /// <summary>The user's document without server-side metadata; two writes are the same when this is.</summary>
    public static byte[] WithoutServerFields(ReadOnlySpan<byte> json)
    {
        var root = JsonNode.Parse(json)!.AsObject();
        root.Remove("status");
        if (root["metadata"] is JsonObject metadata)
            foreach (var field in ServerFields) metadata.Remove(field);
        return Bytes(root);
    }

    /// <summary>The object as it is stored when the change is accepted as revision <paramref name="revision"/>.</summary>
    public static StoredObject Stamp(ConfigChange change, StoredObject? current, ulong revision, DateTimeOffset now)
    {
        if (!ObjectKey.TryParse(change.Key, out var key)) throw new ArgumentException($"'{change.Key}' is not an object key");
        var root = JsonNode.Parse(change.Json.Span)!.AsObject();
        var specDigest = Digest(SpecOf(root));
        var old = current?.Object;
        var generation = old is null ? 1 : current!.SpecDigest == specDigest ? old.Generation : old.Generation + 1;
        StampMetadata(root, old, revision, generation, now);
        return new StoredObject
        {
            Object = new ConfigObject
            {
                Kind = key.Kind, ApiVersion = change.ApiVersion, Namespace = key.Namespace, Name = key.Name,
                Revision = revision, Generation = generation, Json = UnsafeByteOperations.UnsafeWrap(Bytes(root)),
            },
            DocumentDigest = Digest(change.Json.Span),
            SpecDigest = specDigest,
        };
    }

    /// <summary>A stored object with its digests, from the object alone.</summary>
    public static StoredObject Restore(ConfigObject value)
    {
        var document = WithoutServerFields(value.Json.Span);
        return new StoredObject
        {
            Object = value,
            DocumentDigest = Digest(document),
            SpecDigest = Digest(SpecOf(JsonNode.Parse(document)!.AsObject())),
        };
    }

    private static void StampMetadata(JsonObject root, ConfigObject? old, ulong revision, ulong generation, DateTimeOffset now)
    {
        var before = old is null ? null : JsonNode.Parse(old.Json.Span)?["metadata"];
        if (root["metadata"] is not JsonObject metadata) root["metadata"] = metadata = [];
        metadata["creationTimestamp"] = before?["creationTimestamp"]?.GetValue<string>()
            ?? now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        metadata["generation"] = generation;
        metadata["resourceVersion"] = revision.ToString(CultureInfo.InvariantCulture);
        metadata["uid"] = before?["uid"]?.GetValue<string>() ?? Guid.NewGuid().ToString();
    }

    private static byte[] SpecOf(JsonObject root)
    {
        var spec = new JsonObject();
        foreach (var (name, value) in root)
            if (name is not ("metadata" or "status" or "apiVersion")) spec[name] = value?.DeepClone();
        return Bytes(spec);
    }

    private static ByteString Digest(ReadOnlySpan<byte> bytes) => ByteString.CopyFrom(SHA256.HashData(bytes));

    private static byte[] Bytes(JsonNode node) => JsonSerializer.SerializeToUtf8Bytes(node);
}
