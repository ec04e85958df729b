using Mesh.Core.Fields;

namespace Mesh.Core.Resources.Networking;

/// <summary>How a string is compared: exactly one of the three, or none, which asks only that it is there.</summary>
public sealed record StringMatch
{
    [OneOf("match")]
    public string? Exact { get; init; }

    [OneOf("match")]
    public string? Prefix { get; init; }

    /// <summary>RE2 syntax, matching the whole value.</summary>
    [OneOf("match")]
    public string? Regex { get; init; }
}
