using Mesh.Sidecar.Balancing;
using Mesh.Sidecar.Routing;

namespace Mesh.Sidecar.Mirroring;

/// <summary>Where a route sends copies of requests, and of which share (null: all). <see cref="KeepsHost"/>: the copy's Host says nothing of it.</summary>
internal sealed record MirrorModel(UpstreamState Upstream, FractionMatch? Share, bool KeepsHost);
