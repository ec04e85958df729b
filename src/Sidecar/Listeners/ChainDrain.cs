namespace Mesh.Sidecar.Listeners;

/// <summary>
/// Ends connections of chains that are no longer in force: told to go at once, idle ones closed after the drain time, TCP ones then too;
/// an HTTP request in flight is never cut.
/// </summary>
internal sealed class ChainDrain(TimeSpan limit, TimeProvider time, CancellationToken stopping)
{
    public void Later(IReadOnlyCollection<FilterChainModel> chains)
    {
        if (chains.Any(c => c.Connections.Count > 0)) _ = CloseAsync(chains);
    }

    private async Task CloseAsync(IReadOnlyCollection<FilterChainModel> chains)
    {
        await Task.Delay(limit, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var chain in chains)
        {
            chain.Connections.CloseIdle();
            chain.Connections.AbortTcp();
        }
    }
}
