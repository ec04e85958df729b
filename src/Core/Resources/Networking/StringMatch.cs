using Mesh.Core.Fields;

namespace Mesh.Core.Resources.Networking;

/// <summary>How a string is compared: exactly one of the three, or none, which asks only that it is there.</summary>
public sealed record StringMatch
{
    /// <summary>The whole value, case included.</summary>
    [OneOf("match")]
    public string? Exact { get; init; }

    /// <summary>What the value starts with, case included.</summary>
    [OneOf("match")]
    public string? Prefix { get; init; }

    /// <summary>RE2 syntax, at most 1024 characters, matching the whole value.</summary>
    [OneOf("match")]
    public string? Regex { get; init; }
}
