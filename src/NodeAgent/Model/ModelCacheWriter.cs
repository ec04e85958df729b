using System.Threading.Channels;

namespace Mesh.NodeAgent.Model;

/// <summary>
/// Writes the model to disk after it changed and the proxies were told, which the disk must not delay: the first change at once, those that
/// come meanwhile together. One loop; what is pending at shutdown is written.
/// </summary>
internal sealed partial class ModelCacheWriter(
    MeshModel model, CompiledIndex compiled, ModelCache cache, FormerRoutesCache formerRoutes, TimeProvider time, ILogger<ModelCacheWriter> logger)
    : BackgroundService
{
    private static readonly TimeSpan MinPause = TimeSpan.FromMilliseconds(500);

    /// <summary>A large model under constant churn takes at most a tenth of one core and of the disk.</summary>
    private const int PauseFactor = 9;

    // Room for one: a change that comes while one waits is contained in what is written then.
    private readonly Channel<bool> _pending = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>When the model was last written or read, null before.</summary>
    public DateTimeOffset? WrittenAt { get; private set; }

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        compiled.Settled += () => _pending.Writer.TryWrite(true);
        return base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (await _pending.Reader.WaitToReadAsync(stoppingToken))
            {
                _pending.Reader.TryRead(out _);
                var started = time.GetTimestamp();
                Write();
                var pause = time.GetElapsedTime(started) * PauseFactor;
                await Task.Delay(pause > MinPause ? pause : MinPause, time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            if (_pending.Reader.TryRead(out _)) Write();
        }
    }

    private void Write()
    {
        if (!model.IsComplete) return;
        try
        {
            var (snapshot, exported) = model.Export();
            // Before the model: routes that are newer than it are harmless, a change without what it replaced is not.
            formerRoutes.Write(compiled.Current.FormerRoutes(snapshot));
            cache.Write(exported);
            WrittenAt = time.GetUtcNow();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Log.Failed(logger, e);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "The model cannot be written to disk; a restart without the control plane would use an older one")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
