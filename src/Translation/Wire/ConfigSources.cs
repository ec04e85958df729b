using Envoy.Config.Core.V3;
using Google.Protobuf.WellKnownTypes;

namespace Mesh.Translation.Wire;

/// <summary>Where a proxy gets what a resource refers to.</summary>
internal static class ConfigSources
{
    /// <summary>The stream the referring resource came on; no time limit, since a late answer is better than none.</summary>
    public static ConfigSource Ads() => new()
    {
        Ads = new AggregatedConfigSource(),
        InitialFetchTimeout = new Duration(),
        ResourceApiVersion = ApiVersion.V3,
    };
}
