using Envoy.Config.Core.V3;
using Google.Protobuf.WellKnownTypes;
using Mesh.Translation.Indexing;
using Mesh.Translation.Wire;

namespace Mesh.Translation.Clusters;

/// <summary>Istio's metadata of clusters, by which proxies name the destination service in metrics.</summary>
internal static class ServiceMetadata
{
    public static Metadata For(ServiceModel service, string subset = "")
    {
        var entry = Structs.Of(
            ("host", Value.ForString(service.Host)),
            ("name", Value.ForString(service.Name.Name)),
            ("namespace", Value.ForString(service.Name.Namespace)));
        var istio = Structs.Of(("services", Value.ForList(Value.ForStruct(entry))));
        if (subset.Length > 0) istio.Fields.Add("subset", Value.ForString(subset));
        return Structs.Metadata(("istio", istio));
    }
}
