namespace Mesh.Cli.Local.Tour;

/// <summary>A weighted split holds, is changed under load without one failed request, and a header decides for a marked user.</summary>
internal sealed class CanaryStop : ITourStop
{
    private const int Requests = 2000;

    /// <summary>Four standard deviations: a right split falls outside once in 16,000 runs.</summary>
    private const double Deviations = 4;

    public string Title => "canary";

    public async Task<string> RunAsync(TourContext tour, CancellationToken cancel)
    {
        await tour.ApplyAsync(CatalogueRoutes.Split(90, 10), cancel);
        var before = await tour.Shop.SplitAsync(Requests, user: null, cancel);
        Check(before.V2, 0.10);

        await using var load = new BackgroundLoad(tour);
        await load.MoreAsync(50, tour, cancel);
        var (wait, took) = await tour.ApplyAsync(CatalogueRoutes.Split(50, 50), cancel);
        await load.MoreAsync(50, tour, cancel);
        var during = await load.FinishAsync();

        var after = await tour.Shop.SplitAsync(Requests, user: null, cancel);
        Check(after.V2, 0.50);
        var marked = await tour.Shop.SplitAsync(100, user: "tester", cancel);
        TourFailure.Unless(marked.V1 == 0, $"{marked.V1} of 100 requests of the marked user went to v1");
        await tour.ApplyAsync(CatalogueRoutes.Split(90, 10), cancel);
        return $"90/10: {before.V1}/{before.V2} of {Requests}; changed to 50/50 in {took.TotalMilliseconds:0} ms on {wait.Acknowledged}/{wait.Concerned} proxies, "
            + $"0 of {during} requests failed meanwhile; 50/50: {after.V1}/{after.V2} of {Requests}; marked user: {marked.V2}/100 to v2";
    }

    private static void Check(int v2, double share)
    {
        var allowed = Deviations * Math.Sqrt(Requests * share * (1 - share));
        TourFailure.Unless(Math.Abs(v2 - (Requests * share)) <= allowed, $"v2 got {v2} of {Requests} requests, expected {Requests * share:0} +- {allowed:0}");
    }
}
