using System.Net.Http.Json;
using System.Text.Json;
using Mesh.Cli.Client;
using Mesh.Cli.Commands;
using Mesh.Cli.Local.Planning;
using Mesh.Cli.Local.Supervision;

namespace Mesh.Cli.Local.Tour;

/// <summary>What the stops share: the running mesh, a shopper at its gateway, and a hand on the applications' fault switches.</summary>
internal sealed class TourContext : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);
    private readonly HttpClient _applications = new(new SocketsHttpHandler { UseProxy = false });
    private int _applied;

    public TourContext(MeshRun run, TimeProvider time)
    {
        Run = run;
        Time = time;
        var (_, scheme, address, port) = run.Files.GatewayListeners(run.Plan).First();
        Shop = new Shopper(new Uri($"{scheme}://{address}:{port}"));
    }

    public MeshRun Run { get; }

    public TimeProvider Time { get; }

    public Shopper Shop { get; }

    public IEnumerable<ProxiedWorkload> Sidecars => Run.Plan.Instances.Where(i => i.Registration.Role == "sidecar");

    public SupervisedProcess Process(string name) => Run.Supervisor[name];

    /// <summary>Applies one document as <c>meshctl apply --wait</c> does; fails unless every proxy concerned has it.</summary>
    public async Task<(WaitAnswer Wait, TimeSpan Took)> ApplyAsync(string yaml, CancellationToken cancel)
    {
        var started = Time.GetTimestamp();
        var document = new ApplyDocument($"tour-{Interlocked.Increment(ref _applied)}.yaml", 1, 1, yaml);
        var answer = await Run.Api.ApplyAsync(new ApplyRequest(false, [document]), cancel);
        TourFailure.Unless(!answer.AnyRefused, string.Join("; ", Findings.Errors(answer)));
        var wait = await WaitOption.WaitAsync(Run.Api, answer, WaitOption.Default, cancel);
        TourFailure.Unless(wait.Complete && !WaitOption.Problems(wait).Any(), $"apply --wait: {string.Join("; ", WaitOption.Problems(wait))}");
        TourFailure.Unless(wait.Concerned > 0, "apply --wait: no proxy is concerned by the change");
        return (wait, Time.GetElapsedTime(started));
    }

    /// <summary>Sets the fault switch of an application on its own port, past the mesh.</summary>
    public async Task SetFaultsAsync(string workload, int failEvery, int delayMs, CancellationToken cancel)
    {
        using var response = await _applications.PostAsJsonAsync(FaultsOf(workload), new { failEvery, delayMs }, cancel);
        response.EnsureSuccessStatusCode();
    }

    /// <summary>How many requests the switch has failed so far.</summary>
    public async Task<int> FailedByAsync(string workload, CancellationToken cancel) =>
        (await _applications.GetFromJsonAsync<JsonElement>(FaultsOf(workload), cancel)).GetProperty("failed").GetInt32();

    /// <summary>All samples of every sidecar's metrics.</summary>
    public async Task<IReadOnlyList<MetricSample>> ScrapeAsync(ProxiedWorkload sidecar, CancellationToken cancel) =>
        MetricSample.Parse(await _applications.GetStringAsync($"http://{sidecar.Registration.ProxyAddress}:15090/stats/prometheus", cancel));

    /// <summary>Awaits a state of the mesh; <paramref name="missing"/> is null once it is reached, else what is missing.</summary>
    public async Task<TimeSpan> UntilAsync(Func<StatusAnswer, string?> missing, TimeSpan bound, CancellationToken cancel)
    {
        var started = Time.GetTimestamp();
        while (missing(await Run.Api.StatusAsync(cancel)) is { } what)
        {
            TourFailure.Unless(Time.GetElapsedTime(started) < bound, $"after {bound.TotalSeconds:0} s {what}");
            await Task.Delay(Interval, Time, cancel);
        }
        return Time.GetElapsedTime(started);
    }

    public void Dispose()
    {
        _applications.Dispose();
        Shop.Dispose();
    }

    private string FaultsOf(string workload) =>
        $"http://127.0.0.1:{Run.Plan.Instances.First(i => i.Id == $"default/{workload}-0").Registration.Ports.Values.First()}/faults";
}
