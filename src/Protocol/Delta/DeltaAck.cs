namespace Mesh.Protocol.Delta;

/// <summary>
/// The peer's verdict on one response: <see cref="Error"/> is null when it acknowledged it. <see cref="Resources"/> are the
/// names that the response carried, so that a refusal can be told to whoever wrote them.
/// </summary>
public sealed record DeltaAck(string TypeUrl, string? Error, IReadOnlyList<string> Resources);
