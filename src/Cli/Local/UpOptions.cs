namespace Mesh.Cli.Local;

/// <summary>What <c>up</c> was asked for.</summary>
internal sealed record UpOptions(IReadOnlyList<string> Files, string? StateDirectory, bool Jit)
{
    /// <summary>From the first process to all proxies in sync; several dozen processes share what may be two cores.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(120);
}
