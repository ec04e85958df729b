using Mesh.Cluster.Config;
using Mesh.Cluster.Distribution;
using Mesh.Cluster.Wire;

namespace Mesh.Cluster.Api;

/// <summary>Writes for the API: through the log, or only tried against what this replica has. Thread-safe.</summary>
internal sealed class ConfigEdge(ConfigWriter writer, ModelFeed feed, TimeProvider time)
{
    /// <summary>Who reads at the replica it wrote at should find what it wrote; bounded because reads must never depend on the log.</summary>
    private static readonly TimeSpan ReadYourWrites = TimeSpan.FromSeconds(2);

    /// <summary>The log's answer, null when it could not be reached in time.</summary>
    public async Task<ConfigApplied?> WriteAsync(IReadOnlyList<ConfigChange> changes, bool dryRun, CancellationToken cancellation)
    {
        if (dryRun) return Try(changes);
        if (changes.Count == 0) return new ConfigApplied { Revision = feed.Current.Model.Revision.Value };
        var applied = await writer.ApplyAsync(changes, cancellation);
        if (applied is not null) await FollowAsync(applied.Revision, cancellation);
        return applied;
    }

    public static IResult Unavailable() => new RetryLater();

    public static string NameOf(ConfigOutcome.Types.Action action) => action.ToString().ToLowerInvariant();

    private ConfigApplied Try(IReadOnlyList<ConfigChange> changes)
    {
        var model = feed.Current.Model;
        var state = ConfigState.Empty with
        {
            Epoch = Math.Max(1, model.ConfigEpoch),
            Revision = model.Revision.Value,
            Objects = ConfigState.Empty.Objects.AddRange(changes.Where(c => model.Documents.ContainsKey(c.Key)).DistinctBy(c => c.Key)
                .Select(c => KeyValuePair.Create(c.Key, ConfigDocument.Restore(model.Documents[c.Key])))),
        };
        var request = new ApplyConfig();
        request.Changes.AddRange(changes);
        var reply = state.Decide(request, time.GetUtcNow()).Reply;
        reply.Revision = model.Revision.Value;
        return reply;
    }

    private async Task FollowAsync(ulong revision, CancellationToken cancellation)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var timer = time.CreateTimer(_ => timeout.Cancel(), null, ReadYourWrites, Timeout.InfiniteTimeSpan);
        try
        {
            await feed.WaitAsync(model => model.Revision.Value >= revision, timeout.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return;
        }
    }

    private sealed class RetryLater : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.Headers.RetryAfter = "5";
            return ApiStatus.Result(503, "the configuration log is moving to another replica; whether the change took effect is not known, repeat it")
                .ExecuteAsync(httpContext);
        }
    }
}
