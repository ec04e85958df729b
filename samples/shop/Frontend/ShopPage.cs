using System.Globalization;
using System.Net;
using System.Text;

namespace Shop.Frontend;

/// <summary>The shop as a page without scripts: products, prices, and who answered.</summary>
internal static class ShopPage
{
    private const string Style =
        "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#222}" +
        "ul{display:grid;grid-template-columns:repeat(auto-fill,minmax(16rem,1fr));gap:1rem;padding:0;list-style:none}" +
        "li{border:1px solid #ddd;border-radius:8px;padding:1rem}b{float:right}em{color:#a50;font-style:normal}footer{color:#777}";

    public static async Task<IResult> RenderAsync(PricedCatalogue catalogue, ShopClient shop, string? currency)
    {
        var answer = await catalogue.ReadAsync(currency ?? "EUR");
        var recommended = await shop.RecommendationsAsync(answer.Products[0].Product.Id);
        var html = new StringBuilder("<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width'><title>Shop</title><style>")
            .Append(Style).Append("</style><h1>Shop</h1><ul>");
        foreach (var (product, price) in answer.Products)
            html.Append("<li><b>").Append(price.ToString("0.00", CultureInfo.InvariantCulture)).Append(' ').Append(Text(answer.Currency)).Append("</b>")
                .Append(Text(product.Name)).Append(recommended.Contains(product.Id) ? " <em>recommended</em>" : "")
                .Append(product.Badge is null ? "" : $" <em>{Text(product.Badge)}</em>").Append("<br>").Append(Text(product.Description));
        html.Append("</ul><footer>catalogue ").Append(Text(answer.CatalogueVersion)).Append(", currency by ").Append(Text(answer.ConvertedBy ?? "-")).Append("</footer>");
        return Results.Content(html.ToString(), "text/html; charset=utf-8");
    }

    private static string Text(string value) => WebUtility.HtmlEncode(value);
}
