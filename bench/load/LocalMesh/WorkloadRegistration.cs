using System.Net;

namespace Mesh.Bench.LocalMesh;

/// <summary>Where a workload of a local mesh lives, and the addresses at which it reaches Services (<c>namespace/name</c>).</summary>
internal sealed record WorkloadRegistration(IPAddress Address, IReadOnlyDictionary<string, IPAddress> Aliases);
