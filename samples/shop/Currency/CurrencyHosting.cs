using Grpc.Net.Client;

namespace Shop.Currency;

internal static class CurrencyHosting
{
    public static void AddCurrency(this IServiceCollection services) => services.AddGrpc();

    public static void MapCurrency(this WebApplication app) => app.MapGrpcService<CurrencyService>();

    /// <summary>
    /// A client of the currency service at <c>CURRENCY_SERVICE_HOST</c>:<c>CURRENCY_SERVICE_PORT</c>, the variables Kubernetes
    /// gives to every container. gRPC takes no part in HTTP_PROXY, hence <c>UseProxy = false</c>.
    /// </summary>
    public static void AddCurrencyClient(this IServiceCollection services)
    {
        var host = Environment.GetEnvironmentVariable("CURRENCY_SERVICE_HOST") ?? "localhost";
        var port = Environment.GetEnvironmentVariable("CURRENCY_SERVICE_PORT") ?? "7000";
        var channel = GrpcChannel.ForAddress($"http://{host}:{port}", new GrpcChannelOptions
        {
            HttpHandler = new SocketsHttpHandler { UseProxy = false, EnableMultipleHttp2Connections = true },
        });
        services.AddSingleton(new Currency.CurrencyClient(channel));
    }
}
