using System.Globalization;
using Mesh.Sidecar.Hosting;

namespace Mesh.Traffic.Tests.Harness;

/// <summary>What a proxy's metrics port said at one moment.</summary>
internal sealed class MetricText
{
    private static readonly HttpClient Http = new(new SocketsHttpHandler { UseProxy = false });

    private readonly (string Name, double Value)[] _series;

    private MetricText(string text) => _series =
    [
        .. text.Split('\n').Where(l => l.Length > 0 && l[0] != '#')
            .Select(l => (l[..l.LastIndexOf(' ')], double.Parse(l[(l.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture))),
    ];

    public static async Task<MetricText> ReadAsync(SidecarProcess proxy) => new(await Http.GetStringAsync(proxy.AdminAddresses[0] + "/stats/prometheus"));

    /// <summary>Of all series whose text begins with <paramref name="name"/>.</summary>
    public double Sum(string name) => _series.Where(s => s.Name.StartsWith(name, StringComparison.Ordinal)).Sum(s => s.Value);
}
