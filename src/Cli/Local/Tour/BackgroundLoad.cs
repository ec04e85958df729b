namespace Mesh.Cli.Local.Tour;

/// <summary>
/// Shoppers that keep coming while something is changed or killed, at a pace that leaves the machine room for the change itself. Every
/// failed request counts, and the first one's reason is kept. Thread-safe.
/// </summary>
internal sealed class BackgroundLoad : IAsyncDisposable
{
    private const int Shoppers = 4;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(15);

    private readonly CancellationTokenSource _stop = new();
    private readonly Task _workers;
    private int _sent;
    private int _failed;
    private string? _firstFailure;

    public BackgroundLoad(TourContext tour) => _workers = Task.WhenAll(Enumerable.Range(0, Shoppers).Select(_ => Task.Run(() => ShopAsync(tour))));

    public int Sent => Volatile.Read(ref _sent);

    /// <summary>Awaits that many further requests.</summary>
    public async Task MoreAsync(int requests, TourContext tour, CancellationToken cancel)
    {
        var target = Sent + requests;
        while (Sent < target) await Task.Delay(Pause, tour.Time, cancel);
    }

    /// <summary>Stops the load; fails if any request did.</summary>
    public async Task<int> FinishAsync()
    {
        await _stop.CancelAsync();
        await _workers;
        TourFailure.Unless(_failed == 0, $"{_failed} of {_sent} requests failed, the first with: {_firstFailure}");
        return _sent;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _workers;
        _stop.Dispose();
    }

    private async Task ShopAsync(TourContext tour)
    {
        while (!_stop.IsCancellationRequested)
        {
            // A request that was begun is finished: stopping the load is no failure of the mesh.
            var (_, failure) = await tour.Shop.CatalogueAsync(user: null, CancellationToken.None);
            Interlocked.Increment(ref _sent);
            if (failure is not null)
            {
                Interlocked.Increment(ref _failed);
                Interlocked.CompareExchange(ref _firstFailure, failure, null);
            }
            await Task.Delay(Pause, tour.Time, CancellationToken.None);
        }
    }
}
