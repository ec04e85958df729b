using Shop.Catalogue;

namespace Shop.Recommendation;

/// <summary>Recommends products other than the one looked at; it asks the catalogue, so a page has hops two deep.</summary>
internal static class RecommendationHosting
{
    public static void MapRecommendation(this WebApplication app) => app.MapGet("/recommendations", RecommendAsync);

    private static async Task<IResult> RecommendAsync(string? product, IHttpClientFactory clients, HttpContext context)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "http://catalogue:8080/products");
        if (context.Request.Headers["x-user"] is [{ } user]) request.Headers.Add("x-user", user);
        using var response = await clients.CreateClient().SendAsync(request, context.RequestAborted);
        if (!response.IsSuccessStatusCode) return Results.Problem("catalogue did not answer", statusCode: 502);
        var catalogue = await response.Content.ReadFromJsonAsync<CatalogueAnswer>(context.RequestAborted);
        return Results.Ok(catalogue!.Products.Where(p => p.Id != product).Take(3).Select(p => p.Id));
    }
}
