using System.Net;
using Shop.Cart;
using Shop.Catalogue;
using Shop.Payment;
using Shop.Shipping;

namespace Shop.Frontend;

/// <summary>
/// The frontend's calls to the other services, by their names; HTTP_PROXY leads them through the sidecar. The shopper's
/// <c>x-user</c> header goes along, so that routes can match on it.
/// </summary>
internal sealed class ShopClient(HttpClient http, IHttpContextAccessor accessor)
{
    public Task<CatalogueAnswer> ProductsAsync() => GetAsync<CatalogueAnswer>("http://catalogue:8080/products");

    public Task<Product> ProductAsync(string id) => GetAsync<Product>($"http://catalogue:8080/products/{Uri.EscapeDataString(id)}");

    public Task<CartLine[]> CartAsync(string user) => GetAsync<CartLine[]>($"http://cart:8080/carts/{Uri.EscapeDataString(user)}");

    public Task<CartLine[]> AddAsync(string user, CartLine line) =>
        PostAsync<CartLine[]>($"http://cart:8080/carts/{Uri.EscapeDataString(user)}", line);

    public Task EmptyCartAsync(string user) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Delete, $"http://cart:8080/carts/{Uri.EscapeDataString(user)}"));

    public Task<string[]> RecommendationsAsync(string product) =>
        GetAsync<string[]>($"http://recommendation:8080/recommendations?product={Uri.EscapeDataString(product)}");

    public Task<Quote> QuoteAsync(int items) => GetAsync<Quote>($"http://shipping:8080/quote?items={items}");

    public Task<Shipment> ShipAsync(string user, int items) =>
        PostAsync<Shipment>("http://shipping:8080/shipments", new ShipmentOrder(user, items));

    public Task<Receipt> ChargeAsync(string card, double amount, string currency) =>
        PostAsync<Receipt>("http://payment:8080/charges", new Charge(card, amount, currency));

    private Task<T> GetAsync<T>(string url) => ReadAsync<T>(new HttpRequestMessage(HttpMethod.Get, url));

    private Task<T> PostAsync<T>(string url, object body) =>
        ReadAsync<T>(new HttpRequestMessage(HttpMethod.Post, url) { Content = JsonContent.Create(body) });

    private async Task<T> ReadAsync<T>(HttpRequestMessage request)
    {
        using var response = await SendAsync(request);
        return (await response.Content.ReadFromJsonAsync<T>())!;
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request)
    {
        var context = accessor.HttpContext!;
        if (context.Request.Headers["x-user"] is [{ } user]) request.Headers.Add("x-user", user);
        var response = await http.SendAsync(request, context.RequestAborted);
        if (response.IsSuccessStatusCode) return response;
        response.Dispose();
        throw new UpstreamException(request.RequestUri!.Host, response.StatusCode);
    }
}

/// <summary>A service behind the frontend answered with an error.</summary>
internal sealed class UpstreamException(string service, HttpStatusCode status)
    : Exception($"{service} answered {(int)status}")
{
    public HttpStatusCode Status { get; } = status;
}
