namespace Shop.Shipping;

/// <summary>Quotes by the number of items, and ships.</summary>
internal static class ShippingHosting
{
    public static void MapShipping(this WebApplication app)
    {
        app.MapGet("/quote", (int items) => new Quote(items <= 0 ? 0 : Math.Round(4.99 + (0.75 * items), 2)));
        app.MapPost("/shipments", (ShipmentOrder order) => new Shipment($"SHIP-{Guid.NewGuid():N}"[..13].ToUpperInvariant(), order.Items));
    }
}

internal sealed record Quote(double PriceUsd);

internal sealed record ShipmentOrder(string User, int Items);

internal sealed record Shipment(string TrackingId, int Items);
