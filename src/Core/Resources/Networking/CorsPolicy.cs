using System.Collections.Immutable;

namespace Mesh.Core.Resources.Networking;

/// <summary>Cross-origin resource sharing for one rule.</summary>
public sealed record CorsPolicy
{
    /// <summary>Deprecated by Istio in favour of <see cref="AllowOrigins"/>.</summary>
    public ImmutableArray<string> AllowOrigin { get; init; } = [];

    public ImmutableArray<StringMatch> AllowOrigins { get; init; } = [];

    public ImmutableArray<string> AllowMethods { get; init; } = [];

    public ImmutableArray<string> AllowHeaders { get; init; } = [];

    public ImmutableArray<string> ExposeHeaders { get; init; } = [];

    public TimeSpan? MaxAge { get; init; }

    public bool? AllowCredentials { get; init; }

    public UnmatchedPreflights UnmatchedPreflights { get; init; }
}

/// <summary>What happens to preflight requests from origins that no rule names.</summary>
public enum UnmatchedPreflights
{
    Unspecified,
    Forward,
    Ignore,
}
