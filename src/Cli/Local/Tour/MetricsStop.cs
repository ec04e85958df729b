namespace Mesh.Cli.Local.Tour;

/// <summary>Both sidecars of a hop count each request, under Istio's names and labels.</summary>
internal sealed class MetricsStop : ITourStop
{
    private const int Requests = 100;
    private const string Counter = "istio_requests_total";
    private const string Duration = "istio_request_duration_milliseconds_count";
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(5);

    /// <summary>Istio's standard labels of HTTP metrics (istio.io, reference, Istio Standard Metrics).</summary>
    private static readonly string[] StandardLabels =
    [
        "reporter", "source_workload", "source_workload_namespace", "source_principal", "source_app", "source_version", "source_cluster",
        "source_canonical_service", "source_canonical_revision", "destination_workload", "destination_workload_namespace", "destination_principal",
        "destination_app", "destination_version", "destination_service", "destination_service_name", "destination_service_namespace",
        "destination_cluster", "destination_canonical_service", "destination_canonical_revision", "request_protocol", "response_code",
        "response_flags", "connection_security_policy",
    ];

    public string Title => "metrics";

    public async Task<string> RunAsync(TourContext tour, CancellationToken cancel)
    {
        var before = await CountAsync(tour, cancel);
        await tour.Shop.SplitAsync(Requests, user: null, cancel);
        var started = tour.Time.GetTimestamp();
        HopCount seen;
        // The last request's account is closed when its last byte is, which the shopper may see first.
        do seen = await CountAsync(tour, cancel) - before;
        while (seen != new HopCount(Requests, Requests, Requests, Requests) && tour.Time.GetElapsedTime(started) < Settle);
        TourFailure.Unless(seen == new HopCount(Requests, Requests, Requests, Requests), $"{Requests} requests from frontend to catalogue were counted as {seen}");
        return $"{Requests} requests counted as {seen}; all {StandardLabels.Length} standard labels";
    }

    private static async Task<HopCount> CountAsync(TourContext tour, CancellationToken cancel)
    {
        var count = new HopCount(0, 0, 0, 0);
        foreach (var sidecar in tour.Sidecars)
            foreach (var sample in await tour.ScrapeAsync(sidecar, cancel))
                if (IsHop(sample)) count += Count(sample);
        return count;
    }

    private static bool IsHop(MetricSample sample)
    {
        if (sample.Name is not (Counter or Duration) || sample.Label("source_app") != "frontend" || sample.Label("destination_service_name") != "catalogue") return false;
        var absent = StandardLabels.Where(label => !sample.Labels.ContainsKey(label)).ToArray();
        TourFailure.Unless(absent.Length == 0, $"{sample.Name} lacks the labels {string.Join(", ", absent)}");
        return sample.Label("response_code") == "200";
    }

    private static HopCount Count(MetricSample sample) => (sample.Name, sample.Label("reporter")) switch
    {
        (Counter, "source") => new((long)sample.Value, 0, 0, 0),
        (Counter, "destination") => new(0, (long)sample.Value, 0, 0),
        (Duration, "source") => new(0, 0, (long)sample.Value, 0),
        (Duration, "destination") => new(0, 0, 0, (long)sample.Value),
        _ => throw new TourFailure($"{sample.Name} has the reporter '{sample.Label("reporter")}'"),
    };

    private readonly record struct HopCount(long Source, long Destination, long SourceDurations, long DestinationDurations)
    {
        public static HopCount operator +(HopCount a, HopCount b) =>
            new(a.Source + b.Source, a.Destination + b.Destination, a.SourceDurations + b.SourceDurations, a.DestinationDurations + b.DestinationDurations);

        public static HopCount operator -(HopCount a, HopCount b) =>
            new(a.Source - b.Source, a.Destination - b.Destination, a.SourceDurations - b.SourceDurations, a.DestinationDurations - b.DestinationDurations);

        public override string ToString() => $"{Source} by the source, {Destination} by the destination (durations {SourceDurations} and {DestinationDurations})";
    }
}
