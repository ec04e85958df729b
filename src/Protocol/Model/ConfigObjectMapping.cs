using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Mesh.Core.Resources;
using Mesh.Protocol.Delta;

namespace Mesh.Protocol.Model;

/// <summary>Between <see cref="MeshObject"/> and its message. The document itself travels in Core's canonical JSON.</summary>
[RequiresUnreferencedCode("Core's reader and writer find the fields of model records by reflection.")]
[RequiresDynamicCode("Core's reader builds collections of types found by reflection.")]
public static class ConfigObjectMapping
{
    public static V1.ConfigObject ToProto(this MeshObject value) => new()
    {
        Kind = value.Key.Kind,
        ApiVersion = value.ApiVersion,
        Namespace = value.Key.Namespace,
        Name = value.Key.Name,
        Revision = value.Metadata.ResourceVersion.Value,
        Generation = value.Metadata.Generation,
        Json = UnsafeByteOperations.UnsafeWrap(ObjectWriter.ToJson(value)),
    };

    /// <summary>The version is the revision: the log gives each change its own, the same on every replica.</summary>
    public static DeltaResource ToResource(this MeshObject value) =>
        new(value.Key.ToString(), value.Metadata.ResourceVersion.Value.ToString(CultureInfo.InvariantCulture), Any.Pack(value.ToProto()));

    /// <summary>The object in <paramref name="message"/>; false, with the reason, when this version cannot use it.</summary>
    public static bool TryToObject(
        this V1.ConfigObject message, [NotNullWhen(true)] out MeshObject? value, [NotNullWhen(false)] out string? error)
    {
        if (!ObjectReader.TryFromStoredJson(message.Json.Span, out var stored, out error))
        {
            value = null;
            return false;
        }

        // The numbers of the message are the log's; those inside the document may be older.
        value = stored with { Metadata = stored.Metadata with { ResourceVersion = new(message.Revision), Generation = message.Generation } };
        return true;
    }
}
