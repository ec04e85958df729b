using Shop.Currency;

namespace Shop.Frontend;

/// <summary>Cart, quote, conversion, charge, shipment: one order passes every service of the shop.</summary>
internal sealed class Checkout(ShopClient shop, Currency.Currency.CurrencyClient currency)
{
    public async Task<CheckoutReceipt> RunAsync(string user, CheckoutOrder order)
    {
        // 1. What is in the cart, and its price.
        var lines = await shop.CartAsync(user);
        var items = lines.Sum(line => line.Quantity);
        var catalogue = await shop.ProductsAsync();
        var total = lines.Sum(line => line.Quantity * (catalogue.Products.FirstOrDefault(p => p.Id == line.ProductId)?.PriceUsd ?? 0));

        // 2. Shipping, in dollars like the goods.
        var quote = await shop.QuoteAsync(items);

        // 3. The shopper's currency.
        var converted = await currency.ConvertAsync(new ConvertRequest { To = order.Currency, Amounts = { total + quote.PriceUsd } });

        // 4. Charge, ship, and start over with an empty cart.
        var receipt = await shop.ChargeAsync(order.Card, converted.Amounts[0], order.Currency);
        var shipment = await shop.ShipAsync(user, items);
        await shop.EmptyCartAsync(user);
        return new CheckoutReceipt(receipt.TransactionId, shipment.TrackingId, items, converted.Amounts[0], order.Currency, catalogue.Version);
    }
}

internal sealed record CheckoutOrder(string Card, string Currency = "USD");

internal sealed record CheckoutReceipt(string TransactionId, string TrackingId, int Items, double Total, string Currency, string CatalogueVersion);
