using Envoy.Config.Core.V3;
using Google.Protobuf.WellKnownTypes;

namespace Mesh.Translation.Wire;

/// <summary>Builds metadata; entries come in the order of their names so that text forms are stable too.</summary>
internal static class Structs
{
    public static Struct Of(params ReadOnlySpan<(string Name, Value Value)> fields)
    {
        var result = new Struct();
        foreach (var (name, value) in fields) result.Fields.Add(name, value);
        return result;
    }

    public static Struct Of(string name, string value) => Of((name, Value.ForString(value)));

    public static Metadata Metadata(params ReadOnlySpan<(string Filter, Struct Value)> filters)
    {
        var result = new Metadata();
        foreach (var (filter, value) in filters) result.FilterMetadata.Add(filter, value);
        return result;
    }
}
