using System.Collections.Immutable;
using Mesh.Core.Fields;

namespace Mesh.Core.Resources.Networking;

/// <summary>Cross-origin resource sharing for one rule: which pages of other origins may read its responses.</summary>
public sealed record CorsPolicy
{
    /// <summary>Deprecated by Istio in favour of <see cref="AllowOrigins"/>: origins that are compared exactly, or <c>*</c> for any.</summary>
    public ImmutableArray<string> AllowOrigin { get; init; } = [];

    /// <summary>Origins that are allowed; the one that matched is sent back as Access-Control-Allow-Origin. Regular expressions match the whole origin.</summary>
    public ImmutableArray<StringMatch> AllowOrigins { get; init; } = [];

    /// <summary>Methods that are allowed, sent as Access-Control-Allow-Methods.</summary>
    public ImmutableArray<string> AllowMethods { get; init; } = [];

    /// <summary>Request headers that are allowed, sent as Access-Control-Allow-Headers; <c>*</c> for any.</summary>
    public ImmutableArray<string> AllowHeaders { get; init; } = [];

    /// <summary>Response headers a page may read, sent as Access-Control-Expose-Headers; <c>*</c> for any.</summary>
    public ImmutableArray<string> ExposeHeaders { get; init; } = [];

    /// <summary>How long a browser may keep the answer to a preflight request, in whole seconds, sent as Access-Control-Max-Age. Null: not sent.</summary>
    [Duration(1)]
    public TimeSpan? MaxAge { get; init; }

    /// <summary>Whether a page may send credentials, sent as Access-Control-Allow-Credentials. Null: not sent.</summary>
    public bool? AllowCredentials { get; init; }

    /// <summary>What happens to preflight requests from other origins. Since Istio 1.23.</summary>
    public UnmatchedPreflights UnmatchedPreflights { get; init; }
}

/// <summary>What happens to preflight requests from origins that no rule names.</summary>
public enum UnmatchedPreflights
{
    /// <summary>As FORWARD.</summary>
    Unspecified,

    /// <summary>They are sent on to the application.</summary>
    Forward,

    /// <summary>They are answered with 200 and without headers of this policy, so that the browser refuses the request.</summary>
    Ignore,
}
