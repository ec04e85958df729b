using Shop.Catalogue;
using Shop.Currency;

namespace Shop.Frontend;

/// <summary>The catalogue in the shopper's currency: one HTTP hop, and one gRPC hop unless dollars will do.</summary>
internal sealed class PricedCatalogue(ShopClient shop, Currency.Currency.CurrencyClient currency)
{
    public async Task<PricedAnswer> ReadAsync(string? code)
    {
        var catalogue = await shop.ProductsAsync();
        if (code is null) return new PricedAnswer(catalogue.Version, "USD", null, [.. catalogue.Products.Select(p => new PricedProduct(p, p.PriceUsd))]);
        var request = new ConvertRequest { To = code };
        request.Amounts.AddRange(catalogue.Products.Select(p => p.PriceUsd));
        var converted = await currency.ConvertAsync(request);
        return new PricedAnswer(catalogue.Version, code, converted.Instance,
            [.. catalogue.Products.Zip(converted.Amounts, (product, price) => new PricedProduct(product, price))]);
    }
}

internal sealed record PricedProduct(Product Product, double Price);

internal sealed record PricedAnswer(string CatalogueVersion, string Currency, string? ConvertedBy, IReadOnlyList<PricedProduct> Products);
