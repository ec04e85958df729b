using Mesh.Sidecar.Routing;

namespace Mesh.Sidecar.Http;

/// <summary>What becomes of <c>%2F</c> and <c>%5C</c> in paths (Envoy's path_with_escaped_slashes_action).</summary>
internal enum EscapedSlashes
{
    Keep,
    Reject,
    Redirect,
    Unescape,
}

internal enum PathVerdict
{
    Accept,
    Reject,

    /// <summary>The client is sent to the path as it should have written it.</summary>
    Redirect,
}

/// <summary>How far paths are normalised before they are compared and forwarded, in Envoy's order. Immutable.</summary>
internal sealed record PathPolicy(bool Normalize, bool MergeSlashes, EscapedSlashes EscapedSlashes)
{
    public static readonly PathPolicy AsWritten = new(false, false, EscapedSlashes.Keep);

    /// <summary>Of a target's path; the query is not touched.</summary>
    public PathVerdict Apply(ref string target)
    {
        var length = RequestPath.PathLength(target);
        if (target[0] != '/' || !RequestPath.NeedsNormalizing(target.AsSpan(0, length))) return PathVerdict.Accept;
        var path = target[..length];
        var query = target[length..];
        var verdict = PathVerdict.Accept;
        if (EscapedSlashes != EscapedSlashes.Keep)
        {
            var unescaped = RequestPath.UnescapeSlashes(path);
            if (unescaped.Length != path.Length && EscapedSlashes == EscapedSlashes.Reject) return PathVerdict.Reject;
            if (unescaped.Length != path.Length && EscapedSlashes == EscapedSlashes.Redirect) verdict = PathVerdict.Redirect;
            path = unescaped;
        }
        if (Normalize && !RequestPath.TryNormalize(path, MergeSlashes, out path)) return PathVerdict.Reject;
        if (!Normalize && MergeSlashes) path = RequestPath.MergeSlashes(path);
        target = path + query;
        return verdict;
    }
}
