namespace Mesh.Cli.Local.Tour;

/// <summary>The tour for people: what to try on the running shop.</summary>
internal static class TourText
{
    public static string For(Summary summary, string meshctl)
    {
        var shop = summary.Gateways[0].Url;
        var place = summary.IsDefaultPlace ? "" : $" --state-dir {summary.StateDirectory}";
        var replica = $"kill -9 $(pgrep -f {summary.StateDirectory}/config/cluster-0.json)";
        return $"""
            The tour
              1. Open {shop} in a browser, or: curl {shop}api/products?currency=EUR
              2. A tenth of the shoppers sees the catalogue's v2, and x-user: tester always:
                   for i in $(seq 20); do curl -s {shop}api/products | grep -o '"catalogueVersion":"v."'; done
                   curl -s -H 'x-user: tester' {shop}api/products | grep -o '"catalogueVersion":"v."'
                 Shift the weights in samples/shop/mesh.yaml, then: {meshctl} apply -f samples/shop/mesh.yaml --wait{place}
              3. Who is connected, and does everyone have the last change? {meshctl} status{place}
              4. Take away a replica of the control plane: {replica}
                 and look at the shop and at `status` meanwhile; it comes back by itself.
              5. The same as assertions, with figures, on a mesh of its own: {meshctl} demo --verify
            """;
    }
}
