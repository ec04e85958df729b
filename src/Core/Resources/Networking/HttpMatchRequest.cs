using System.Collections.Immutable;
using Mesh.Core.Fields;

namespace Mesh.Core.Resources.Networking;

/// <summary>Conditions on a request; all that are set must hold (Istio's HTTPMatchRequest).</summary>
public sealed record HttpMatchRequest
{
    /// <summary>Appended to the rule's name in dumps.</summary>
    public string Name { get; init; } = "";

    /// <summary>The path, without the query.</summary>
    public StringMatch? Uri { get; init; }

    /// <summary>The scheme, <c>http</c> or <c>https</c>.</summary>
    public StringMatch? Scheme { get; init; }

    /// <summary>The method, in upper case.</summary>
    public StringMatch? Method { get; init; }

    /// <summary>The Host header, with the port where the client sent one.</summary>
    public StringMatch? Authority { get; init; }

    /// <summary>
    /// Headers that must match, by lower-case name; an empty match asks only that the header is there. At gateways
    /// <c>@request.auth.claims.NAME</c> asks for a claim of the verified token.
    /// </summary>
    public ImmutableSortedDictionary<string, StringMatch> Headers { get; init; } = ImmutableSortedDictionary<string, StringMatch>.Empty;

    /// <summary>Headers that must not match, by lower-case name; an empty match asks that the header is absent.</summary>
    public ImmutableSortedDictionary<string, StringMatch> WithoutHeaders { get; init; } =
        ImmutableSortedDictionary<string, StringMatch>.Empty;

    /// <summary>Query parameters that must match, by name; of a repeated one the first counts.</summary>
    public ImmutableSortedDictionary<string, StringMatch> QueryParams { get; init; } =
        ImmutableSortedDictionary<string, StringMatch>.Empty;

    /// <summary>Whether the path is compared without regard to case; not for regular expressions. Default false.</summary>
    public bool IgnoreUriCase { get; init; }

    /// <summary>The port the request was addressed to; 0: any.</summary>
    [Range(1, 65535)]
    public int Port { get; init; }

    /// <summary>Labels the calling workload must have; only for sidecars.</summary>
    public ImmutableSortedDictionary<string, string> SourceLabels { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>The namespace the calling workload must be in; only for sidecars. Empty: any.</summary>
    public string SourceNamespace { get; init; } = "";

    /// <summary>Overrides the VirtualService's gateways for this match.</summary>
    public ImmutableArray<string> Gateways { get; init; } = [];

    /// <summary>A prefix for statistics of the requests that match; empty: none are kept.</summary>
    public string StatPrefix { get; init; } = "";
}
