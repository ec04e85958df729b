using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Shop.Cart;
using Shop.Catalogue;
using Shop.Currency;
using Shop.Faults;
using Shop.Frontend;
using Shop.Payment;
using Shop.Recommendation;
using Shop.Shipping;

namespace Shop;

/// <summary><c>shop ROLE</c>: one service of the shop, on 127.0.0.1:$PORT, until SIGTERM.</summary>
internal static class Program
{
    private const string Usage =
        "usage: shop frontend|catalogue|cart|recommendation|shipping|payment|currency\n" +
        "       listens on 127.0.0.1:$PORT; $VERSION names the version; $FAIL_EVERY and $DELAY_MS make it misbehave";

    private static async Task<int> Main(string[] args)
    {
        if (args is not [var role])
        {
            await Console.Error.WriteLineAsync(Usage);
            return 2;
        }
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(5));
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, ShopRole.Port, listen =>
            listen.Protocols = role == "currency" ? HttpProtocols.Http2 : HttpProtocols.Http1));
        if (AddRole(builder.Services, role) is not { } map)
        {
            await Console.Error.WriteLineAsync($"shop: no role '{role}'\n{Usage}");
            return 2;
        }
        await using var app = builder.Build();
        app.UseFaults();
        map(app);
        await app.RunAsync();
        return 0;
    }

    private static Action<WebApplication>? AddRole(IServiceCollection services, string role)
    {
        switch (role)
        {
            case "frontend":
                services.AddFrontend();
                services.AddCurrencyClient();
                return FrontendHosting.MapFrontend;
            case "currency":
                services.AddCurrency();
                return CurrencyHosting.MapCurrency;
            case "recommendation":
                services.AddHttpClient();
                return RecommendationHosting.MapRecommendation;
            case "catalogue": return CatalogueHosting.MapCatalogue;
            case "cart": return CartHosting.MapCart;
            case "shipping": return ShippingHosting.MapShipping;
            case "payment": return PaymentHosting.MapPayment;
            default: return null;
        }
    }
}
