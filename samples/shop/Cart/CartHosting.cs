using System.Collections.Concurrent;

namespace Shop.Cart;

/// <summary>Carts by shopper, in memory. A cart's lines are locked together, so that two clicks at once both count.</summary>
internal static class CartHosting
{
    public static void MapCart(this WebApplication app)
    {
        var carts = new ConcurrentDictionary<string, Dictionary<string, int>>(StringComparer.Ordinal);
        app.MapGet("/carts/{user}", (string user) => Lines(carts, user));
        app.MapPost("/carts/{user}", (string user, CartLine line) => Add(carts, user, line));
        app.MapDelete("/carts/{user}", (string user) =>
        {
            carts.TryRemove(user, out _);
            return Results.NoContent();
        });
    }

    private static CartLine[] Lines(ConcurrentDictionary<string, Dictionary<string, int>> carts, string user)
    {
        if (!carts.TryGetValue(user, out var cart)) return [];
        lock (cart) return [.. cart.Select(line => new CartLine(line.Key, line.Value))];
    }

    private static IResult Add(ConcurrentDictionary<string, Dictionary<string, int>> carts, string user, CartLine line)
    {
        if (line.Quantity is < 1 or > 99) return Results.Problem("quantity must be 1 to 99", statusCode: 400);
        var cart = carts.GetOrAdd(user, static _ => new Dictionary<string, int>(StringComparer.Ordinal));
        lock (cart) cart[line.ProductId] = cart.GetValueOrDefault(line.ProductId) + line.Quantity;
        return Results.Ok(Lines(carts, user));
    }
}

internal sealed record CartLine(string ProductId, int Quantity);
