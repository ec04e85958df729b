using Mesh.Sidecar.Routing;

namespace Mesh.Sidecar.Http;

/// <summary>What an HTTP connection manager says. Immutable but for the route table behind <see cref="Routes"/>.</summary>
internal sealed record HttpChainModel(RouteConfigState Routes)
{
    public bool NormalizePath { get; init; }
    public bool MergeSlashes { get; init; }
    public bool StripAnyPort { get; init; }

    /// <summary>This is an edge: the client's address goes into X-Forwarded-For, and what it says of itself is not believed.</summary>
    public bool IsEdge { get; init; }
    public bool GenerateRequestId { get; init; } = true;
}
