using Mesh.Sidecar.Hosting;
using NodeAgent.Tests.Fakes;

namespace Mesh.Traffic.Tests.Harness;

/// <summary>Response flags that a proxy has counted since this was made.</summary>
internal sealed class FlagCount(SidecarProcess proxy)
{
    private readonly Dictionary<string, long> _before = Read(proxy);

    /// <summary>Waits until that many exchanges are counted: that happens after the caller has its answer. Several flags are joined by a blank.</summary>
    public async Task<string> NewAsync(int exchanges)
    {
        await Await.ThatAsync(() => New().Sum(f => f.Count) >= exchanges);
        return string.Join(' ', New().Select(f => f.Flag).Order(StringComparer.Ordinal));
    }

    private List<(string Flag, long Count)> New() =>
        [.. Read(proxy).Select(f => (f.Key, f.Value - _before.GetValueOrDefault(f.Key))).Where(f => f.Item2 > 0)];

    private static Dictionary<string, long> Read(SidecarProcess proxy) => proxy.Metrics.Requests.Where(s => !s.Key.IsInbound)
        .GroupBy(s => s.Key.Flag, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Sum(s => s.Requests), StringComparer.Ordinal);
}
