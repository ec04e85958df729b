using Envoy.Service.Discovery.V3;

namespace Mesh.NodeAgent.Model;

/// <summary>The last model on disk: one message per type.</summary>
internal sealed class ModelCache(string stateDirectory, string trustDomain, string node, ILogger<ModelCache> logger)
{
    private readonly CacheFile _file = new(Path.Combine(stateDirectory, "model"), trustDomain, node, logger);

    public void Write(IReadOnlyList<DeltaDiscoveryResponse> exported) => _file.Write(exported);

    /// <summary>What was written last; null, with the reason in the log, when there is none that can be trusted.</summary>
    public IReadOnlyList<DeltaDiscoveryResponse>? Read() => _file.Read(Parse);

    private static List<DeltaDiscoveryResponse> Parse(MemoryStream payload)
    {
        List<DeltaDiscoveryResponse> responses = [];
        while (payload.Position < payload.Length) responses.Add(DeltaDiscoveryResponse.Parser.ParseDelimitedFrom(payload));
        if (responses.Any(r => !MeshModel.Types.Contains(r.TypeUrl))) throw new InvalidDataException("it holds a type this version does not know");
        return responses;
    }
}
