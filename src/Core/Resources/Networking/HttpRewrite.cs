using Mesh.Core.Fields;

namespace Mesh.Core.Resources.Networking;

/// <summary>Changes path or host of a request before it is forwarded (Istio's HTTPRewrite).</summary>
public sealed record HttpRewrite
{
    /// <summary>Replaces the matched prefix, or the whole path when the match was not a prefix.</summary>
    public string Uri { get; init; } = "";

    public string Authority { get; init; } = "";

    [NotEnforced(Stance.Refuse, "Rewriting by regular expression is not supported yet; use rewrite.uri with a prefix match.")]
    public RegexRewrite? UriRegexRewrite { get; init; }
}

/// <summary>A path rewrite by regular expression.</summary>
public sealed record RegexRewrite
{
    public string Match { get; init; } = "";

    public string Rewrite { get; init; } = "";
}
