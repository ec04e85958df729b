using System.Collections.Immutable;
using Mesh.Core.Fields;

namespace Mesh.Core.Resources.Networking;

/// <summary>Takes failing endpoints out for a while.</summary>
public sealed record OutlierDetection
{
    /// <summary>
    /// Deprecated by Istio in favour of <see cref="ConsecutiveGatewayErrors"/>, which it means where that is not set: responses 502, 503 or 504 in a row.
    /// Other errors then do not count, unless <see cref="Consecutive5xxErrors"/> is set.
    /// </summary>
    [Range(0, int.MaxValue)]
    public int ConsecutiveErrors { get; init; }

    /// <summary>Whether failures to connect are counted apart from errors the application answers with. Default false.</summary>
    public bool SplitExternalLocalOriginErrors { get; init; }

    /// <summary>Failures to connect in a row that take an endpoint out; only with splitExternalLocalOriginErrors. Null: 5.</summary>
    [Range(0, int.MaxValue)]
    public int? ConsecutiveLocalOriginFailures { get; init; }

    /// <summary>Responses 502, 503 or 504, or failures to connect, in a row that take an endpoint out. Null or 0: not counted.</summary>
    [Range(0, int.MaxValue)]
    public int? ConsecutiveGatewayErrors { get; init; }

    /// <summary>Responses 5xx, or failures to connect, in a row that take an endpoint out; 0: not counted. Null: 5.</summary>
    [Range(0, int.MaxValue)]
    public int? Consecutive5xxErrors { get; init; }

    /// <summary>Time between two looks at the endpoints; at least 1 ms. Null: 10 s.</summary>
    [Duration(1)]
    public TimeSpan? Interval { get; init; }

    /// <summary>How long an endpoint stays out, times the number of times it was; at least 1 ms. Null: 30 s.</summary>
    [Duration(1)]
    public TimeSpan? BaseEjectionTime { get; init; }

    /// <summary>The largest share of endpoints that may be out, in percent; 0: 10, and always at least one endpoint.</summary>
    [Range(0, 100)]
    public int MaxEjectionPercent { get; init; }

    /// <summary>With fewer healthy endpoints than this, in percent, all are used, healthy or not; 0: never.</summary>
    [Range(0, 100)]
    public int MinHealthPercent { get; init; }

    /// <summary>Statuses that count as errors, from 100 to 599; empty: those of 500 and above. Since Istio 1.31.</summary>
    [Range(100, 599)]
    public ImmutableArray<int> OutlierDetectionHttpErrorCodes { get; init; } = [];
}
