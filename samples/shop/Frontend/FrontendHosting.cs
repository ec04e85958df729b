using Grpc.Core;
using Microsoft.AspNetCore.Diagnostics;

namespace Shop.Frontend;

internal static class FrontendHosting
{
    public static void AddFrontend(this IServiceCollection services)
    {
        services.AddHttpContextAccessor();
        services.AddHttpClient<ShopClient>();
        services.AddScoped<Checkout>();
        services.AddScoped<PricedCatalogue>();
        services.AddProblemDetails();
    }

    public static void MapFrontend(this WebApplication app)
    {
        app.UseExceptionHandler(errors => errors.Run(WriteErrorAsync));
        app.MapGet("/healthz", () => Results.Ok());
        app.MapGet("/", ShopPage.RenderAsync);
        app.MapGet("/api/products", (PricedCatalogue catalogue, string? currency) => catalogue.ReadAsync(currency));
        app.MapGet("/api/products/{id}", (ShopClient shop, string id) => shop.ProductAsync(id));
        app.MapGet("/api/recommendations", (ShopClient shop, string product) => shop.RecommendationsAsync(product));
        app.MapGet("/api/cart", (ShopClient shop, HttpContext context) => shop.CartAsync(User(context)));
        app.MapPost("/api/cart", (ShopClient shop, HttpContext context, Cart.CartLine line) => shop.AddAsync(User(context), line));
        app.MapPost("/api/checkout", (Checkout checkout, HttpContext context, CheckoutOrder order) => checkout.RunAsync(User(context), order));
    }

    private static string User(HttpContext context) => context.Request.Headers["x-user"].FirstOrDefault() ?? "guest";

    /// <summary>What a service behind answered is what the shopper sees: 4xx and timeouts as they are, the rest as 502.</summary>
    private static Task WriteErrorAsync(HttpContext context)
    {
        var error = context.Features.Get<IExceptionHandlerFeature>()?.Error;
        var status = error switch
        {
            UpstreamException { Status: var upstream } when (int)upstream is < 500 or 504 => (int)upstream,
            RpcException { StatusCode: StatusCode.InvalidArgument } => 400,
            RpcException { StatusCode: StatusCode.DeadlineExceeded } => 504,
            UpstreamException or RpcException or HttpRequestException => 502,
            _ => 500,
        };
        return Results.Problem(error?.Message, statusCode: status).ExecuteAsync(context);
    }
}
