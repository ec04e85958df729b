using Grpc.Core;

namespace Shop.Currency;

/// <summary>The gRPC service of the shop: converts dollar amounts at fixed rates.</summary>
internal sealed class CurrencyService : Currency.CurrencyBase
{
    private static readonly SortedDictionary<string, double> Rates = new(StringComparer.Ordinal)
    {
        ["CHF"] = 0.88, ["EUR"] = 0.92, ["GBP"] = 0.79, ["JPY"] = 151.4, ["USD"] = 1.0,
    };

    public override Task<ConvertReply> Convert(ConvertRequest request, ServerCallContext context)
    {
        if (!Rates.TryGetValue(request.To, out var rate))
            throw new RpcException(new Status(StatusCode.InvalidArgument, $"no rate for '{request.To}'"));
        var reply = new ConvertReply { Instance = ShopRole.Instance };
        foreach (var amount in request.Amounts) reply.Amounts.Add(Math.Round(amount * rate, 2));
        return Task.FromResult(reply);
    }

    public override Task<ListReply> List(ListRequest request, ServerCallContext context)
    {
        var reply = new ListReply();
        reply.Codes.AddRange(Rates.Keys);
        return Task.FromResult(reply);
    }
}
