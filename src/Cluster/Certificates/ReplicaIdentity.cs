using System.Security.Cryptography.X509Certificates;

namespace Mesh.Cluster.Certificates;

/// <summary>The certificate, with its key, by which this replica is known to peers, agents and API clients.</summary>
internal sealed record ReplicaIdentity(X509Certificate2 Certificate);
