namespace Mesh.NodeAgent.Discovery;

/// <summary>
/// A resource that a proxy refused and has not accepted since. <see cref="After"/> and <see cref="UpTo"/> bound the generations
/// whose changes the refused response carried.
/// </summary>
internal sealed record ProxyRejection(string TypeUrl, string Resource, string Reason, ulong After, ulong UpTo);
