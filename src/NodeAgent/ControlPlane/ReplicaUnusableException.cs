namespace Mesh.NodeAgent.ControlPlane;

/// <summary>The replica can be reached but is not one to stay with; the message says why.</summary>
internal sealed class ReplicaUnusableException(string message) : Exception(message);
