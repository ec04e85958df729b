namespace Shop.Catalogue;

/// <summary>The product catalogue. Version v2 has a badge on its best sellers; every answer says which version gave it.</summary>
internal static class CatalogueHosting
{
    private static readonly Product[] Products =
    [
        new("OLJCESPC7Z", "Sunglasses", "Tortoise shell, polarised", 19.99),
        new("66VCHSJNUP", "Tank top", "Cotton, off-white", 18.99),
        new("1YMWWN1N4O", "Watch", "Steel, works with any wrist", 109.99),
        new("L9ECAV7KIM", "Loafers", "Suede, hand-stitched", 89.99),
        new("2ZYFJ3GM2N", "Hairdryer", "Quiet, 1600 W", 24.99),
        new("0PUK6V6EV0", "Candle holder", "Brass, small", 18.99),
        new("LS4PSXUNUM", "Salt and pepper shakers", "Stoneware", 18.49),
        new("9SIQT8TOJO", "Bamboo glass jar", "1.2 l, airtight lid", 5.49),
        new("6E92ZMYYFZ", "Mug", "Holds coffee", 8.99),
    ];

    private static readonly CatalogueAnswer All = new(ShopRole.Version, ShopRole.Instance,
        ShopRole.Version == "v2" ? [.. Products.Select(p => p.PriceUsd > 80 ? p with { Badge = "best seller" } : p)] : Products);

    public static void MapCatalogue(this WebApplication app)
    {
        app.MapGet("/products", () => All);
        app.MapGet("/products/{id}", (string id) =>
            All.Products.FirstOrDefault(p => p.Id == id) is { } product ? Results.Ok(product) : Results.NotFound());
    }
}

internal sealed record Product(string Id, string Name, string Description, double PriceUsd, string? Badge = null);

internal sealed record CatalogueAnswer(string Version, string Instance, IReadOnlyList<Product> Products);
