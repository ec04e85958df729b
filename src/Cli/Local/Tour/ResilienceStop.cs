using System.Net;

namespace Mesh.Cli.Local.Tour;

/// <summary>Retries hide an instance that fails every third request, which without them is plain to see; a timeout cuts a slow one.</summary>
internal sealed class ResilienceStop : ITourStop
{
    private const string Workload = "catalogue-v1";
    private const int Control = 30;
    private const int Requests = 300;
    private static readonly TimeSpan Timeout = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(3);

    public string Title => "retries and timeout";

    public async Task<string> RunAsync(TourContext tour, CancellationToken cancel)
    {
        try
        {
            await tour.ApplyAsync(CatalogueRoutes.Retries(0), cancel);
            await tour.SetFaultsAsync(Workload, failEvery: 3, delayMs: 0, cancel);
            var visible = await CountFailuresAsync(tour, Control, cancel);
            TourFailure.Unless(visible == Control / 3, $"without retries {visible} of {Control} requests failed, expected {Control / 3}");

            await tour.ApplyAsync(CatalogueRoutes.Retries(3), cancel);
            var before = await tour.FailedByAsync(Workload, cancel);
            var failed = await CountFailuresAsync(tour, Requests, cancel);
            var injected = await tour.FailedByAsync(Workload, cancel) - before;
            TourFailure.Unless(failed == 0, $"{failed} of {Requests} requests failed in spite of retries");
            TourFailure.Unless(injected >= Requests / 3, $"the instance failed only {injected} requests; nothing was retried");

            await tour.ApplyAsync(CatalogueRoutes.Timeout("0.3s"), cancel);
            await tour.SetFaultsAsync(Workload, failEvery: 0, delayMs: (int)Slow.TotalMilliseconds, cancel);
            var cut = await TimedOutAfterAsync(tour, cancel);
            return $"without retries {visible} of {Control} failed, with them 0 of {Requests} ({injected} failures of the instance hidden); a {Slow.TotalSeconds:0} s answer cut to 504 after {cut.TotalMilliseconds:0} ms (timeout {Timeout.TotalMilliseconds:0} ms)";
        }
        finally
        {
            await tour.SetFaultsAsync(Workload, failEvery: 0, delayMs: 0, CancellationToken.None);
            await tour.ApplyAsync(CatalogueRoutes.Split(90, 10), CancellationToken.None);
        }
    }

    /// <summary>One at a time, so that a retry is never itself the third.</summary>
    private static async Task<int> CountFailuresAsync(TourContext tour, int requests, CancellationToken cancel)
    {
        var failures = 0;
        for (var i = 0; i < requests; i++)
            if ((await tour.Shop.CatalogueAsync(user: null, cancel)).Failure is not null) failures++;
        return failures;
    }

    private static async Task<TimeSpan> TimedOutAfterAsync(TourContext tour, CancellationToken cancel)
    {
        var started = tour.Time.GetTimestamp();
        using var response = await tour.Shop.GetAsync("/api/products", cancel);
        var took = tour.Time.GetElapsedTime(started);
        TourFailure.Unless(response.StatusCode == HttpStatusCode.GatewayTimeout, $"the slow request answered {(int)response.StatusCode}, expected 504");
        TourFailure.Unless(took >= Timeout && took < Slow / 2, $"the slow request was cut after {took.TotalMilliseconds:0} ms, expected about {Timeout.TotalMilliseconds:0}");
        return took;
    }
}
