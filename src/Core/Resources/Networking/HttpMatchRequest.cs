using System.Collections.Immutable;
using Mesh.Core.Fields;

namespace Mesh.Core.Resources.Networking;

/// <summary>Conditions on a request; all that are set must hold (Istio's HTTPMatchRequest).</summary>
public sealed record HttpMatchRequest
{
    public string Name { get; init; } = "";

    public StringMatch? Uri { get; init; }

    public StringMatch? Scheme { get; init; }

    public StringMatch? Method { get; init; }

    public StringMatch? Authority { get; init; }

    /// <summary>By lower-case header name; an empty match asks only that the header is there.</summary>
    public ImmutableSortedDictionary<string, StringMatch> Headers { get; init; } = ImmutableSortedDictionary<string, StringMatch>.Empty;

    /// <summary>Headers that must not match; an empty match asks that the header is absent.</summary>
    public ImmutableSortedDictionary<string, StringMatch> WithoutHeaders { get; init; } =
        ImmutableSortedDictionary<string, StringMatch>.Empty;

    public ImmutableSortedDictionary<string, StringMatch> QueryParams { get; init; } =
        ImmutableSortedDictionary<string, StringMatch>.Empty;

    public bool IgnoreUriCase { get; init; }

    /// <summary>The port the request was addressed to; 0: any.</summary>
    [Range(1, 65535)]
    public int Port { get; init; }

    /// <summary>Labels the calling workload must have.</summary>
    public ImmutableSortedDictionary<string, string> SourceLabels { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    public string SourceNamespace { get; init; } = "";

    /// <summary>Overrides the VirtualService's gateways for this match.</summary>
    public ImmutableArray<string> Gateways { get; init; } = [];

    [NotEnforced(Stance.Warn, "No per-route statistics are kept; the field is ignored.")]
    public string StatPrefix { get; init; } = "";
}
