namespace Mesh.Cli.Local.Tour;

/// <summary>A shopper comes in through the gateway, sees prices by gRPC, and an order passes every service.</summary>
internal sealed class GatewayStop : ITourStop
{
    public string Title => "gateway and gRPC";

    public async Task<string> RunAsync(TourContext tour, CancellationToken cancel)
    {
        using (var page = await tour.Shop.GetAsync("/", cancel))
        {
            var html = await page.Content.ReadAsStringAsync(cancel);
            TourFailure.Unless(page.IsSuccessStatusCode && html.Contains("<h1>Shop</h1>", StringComparison.Ordinal), $"the page answered {(int)page.StatusCode}");
        }
        var priced = await tour.Shop.GetJsonAsync("/api/products?currency=EUR", cancel);
        var converted = priced.GetProperty("convertedBy").GetString();
        TourFailure.Unless(!string.IsNullOrEmpty(converted), "the currency service did not convert");
        var first = priced.GetProperty("products")[0];
        await tour.Shop.PostJsonAsync("/api/cart", new { productId = first.GetProperty("product").GetProperty("id").GetString(), quantity = 2 }, cancel);
        var started = tour.Time.GetTimestamp();
        var receipt = await tour.Shop.PostJsonAsync("/api/checkout", new { card = "4111 1111 1111 1111", currency = "EUR" }, cancel);
        var took = tour.Time.GetElapsedTime(started);
        TourFailure.Unless(receipt.GetProperty("items").GetInt32() == 2, $"the order has {receipt.GetProperty("items")} items instead of 2");
        return $"{priced.GetProperty("products").GetArrayLength()} products priced by gRPC, an order of {receipt.GetProperty("total")} EUR through 6 services in {took.TotalMilliseconds:0} ms";
    }
}
