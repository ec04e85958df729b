namespace Mesh.Traffic.Tests.Harness;

/// <summary>What a caller got. Headers by lower-case name, with a newline between several values of one.</summary>
/// <param name="Status">0: the connection ended before a status.</param>
/// <param name="Headers">With the trailers.</param>
/// <param name="Body">As text.</param>
/// <param name="IsWhole">Whether the answer came to its end.</param>
internal sealed record Answer(int Status, IReadOnlyDictionary<string, string> Headers, string Body, bool IsWhole);
