using System.Collections.Immutable;
using Mesh.Core.Fields;

namespace Mesh.Core.Resources.Networking;

/// <summary>Takes failing endpoints out for a while.</summary>
public sealed record OutlierDetection
{
    /// <summary>Deprecated by Istio.</summary>
    public int ConsecutiveErrors { get; init; }

    public bool SplitExternalLocalOriginErrors { get; init; }

    [Range(0, int.MaxValue)]
    public int? ConsecutiveLocalOriginFailures { get; init; }

    [Range(0, int.MaxValue)]
    public int? ConsecutiveGatewayErrors { get; init; }

    [Range(0, int.MaxValue)]
    public int? Consecutive5xxErrors { get; init; }

    [Duration(1)]
    public TimeSpan? Interval { get; init; }

    [Duration(1)]
    public TimeSpan? BaseEjectionTime { get; init; }

    [Range(0, 100)]
    public int MaxEjectionPercent { get; init; }

    [Range(0, 100)]
    public int MinHealthPercent { get; init; }

    [Range(100, 599)]
    public ImmutableArray<int> OutlierDetectionHttpErrorCodes { get; init; } = [];
}
