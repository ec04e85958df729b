namespace Mesh.Sidecar.Listeners;

/// <summary>Envoy's choice among filter chains, as far as this proxy's chains differ: the transport protocol, the specific before the general.</summary>
internal static class FilterChains
{
    public static FilterChainModel? Find(IReadOnlyList<FilterChainModel> chains, bool isTls)
    {
        FilterChainModel? general = null;
        var wanted = isTls ? ChainTransport.Tls : ChainTransport.RawBuffer;
        foreach (var chain in chains)
        {
            if (chain.Match.Transport == wanted) return chain;
            if (chain.Match.Transport == ChainTransport.Any) general ??= chain;
        }
        return general;
    }
}
