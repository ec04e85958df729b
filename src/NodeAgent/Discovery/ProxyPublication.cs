using Mesh.Protocol.Delta;
using Mesh.Translation;

namespace Mesh.NodeAgent.Discovery;

/// <summary>
/// What a proxy is to have, at one generation of this agent's compilations. <see cref="EndpointHint"/>, when not null, says that
/// against the previous publication only clusters and endpoints of these names may differ. Immutable.
/// </summary>
internal sealed record ProxyPublication(
    ulong Generation, ProxyResources Resources, DeltaResources Secrets, IReadOnlyCollection<string>? EndpointHint);
