using Mesh.Sidecar.Balancing;

namespace Mesh.Sidecar.Resilience;

/// <summary>One endpoint's last interval: requests and the percentage of them that succeeded.</summary>
internal readonly record struct SuccessSample(EndpointModel Endpoint, int Volume, double Rate);

/// <summary>Which endpoints stand out (Envoy's success rate and failure percentage). Pure.</summary>
internal static class OutlierStatistics
{
    /// <summary>Those whose success rate is further below the mean than the standard deviation times the factor.</summary>
    public static IEnumerable<EndpointModel> BelowTheOthers(IReadOnlyList<SuccessSample> samples, int hosts, OutlierModel model)
    {
        var valid = samples.Where(s => s.Volume >= model.SuccessRateVolume).ToArray();
        if (!IsEnough(hosts, model) || valid.Length == 0 || valid.Length < model.SuccessRateMinimumHosts) return [];
        var threshold = Threshold([.. valid.Select(s => s.Rate)], model.SuccessRateStdevFactor);
        return [.. valid.Where(s => s.Rate < threshold).Select(s => s.Endpoint)];
    }

    public static IEnumerable<EndpointModel> Failing(IReadOnlyList<SuccessSample> samples, int hosts, OutlierModel model)
    {
        var valid = samples.Where(s => s.Volume >= model.FailurePercentageVolume).ToArray();
        if (!IsEnough(hosts, model) || valid.Length == 0 || valid.Length < model.FailurePercentageMinimumHosts) return [];
        return [.. valid.Where(s => 100 - s.Rate >= model.FailurePercentageThreshold).Select(s => s.Endpoint)];
    }

    /// <summary>Mean minus <paramref name="factor"/> standard deviations.</summary>
    public static double Threshold(IReadOnlyList<double> rates, double factor)
    {
        var mean = rates.Average();
        return mean - factor * Math.Sqrt(rates.Average(r => (r - mean) * (r - mean)));
    }

    private static bool IsEnough(int hosts, OutlierModel model) => hosts >= model.SuccessRateMinimumHosts || hosts >= model.FailurePercentageMinimumHosts;
}
