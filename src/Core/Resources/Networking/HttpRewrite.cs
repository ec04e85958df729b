namespace Mesh.Core.Resources.Networking;

/// <summary>Changes path or host of a request before it is forwarded (Istio's HTTPRewrite).</summary>
public sealed record HttpRewrite
{
    /// <summary>Replaces the matched prefix, or the whole path when the match was not a prefix; excludes uriRegexRewrite. Empty keeps the path.</summary>
    public string Uri { get; init; } = "";

    /// <summary>Replaces the Host header. Empty keeps it.</summary>
    public string Authority { get; init; } = "";

    /// <summary>Replaces parts of the path by a regular expression; excludes uri.</summary>
    public RegexRewrite? UriRegexRewrite { get; init; }
}

/// <summary>A path rewrite by regular expression.</summary>
public sealed record RegexRewrite
{
    /// <summary>RE2 syntax; every place of the path it matches is replaced.</summary>
    public string Match { get; init; } = "";

    /// <summary>The replacement; <c>\1</c> to <c>\9</c> stand for groups of the match, <c>\0</c> for all of it.</summary>
    public string Rewrite { get; init; } = "";
}
