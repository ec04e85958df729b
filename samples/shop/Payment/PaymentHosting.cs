namespace Shop.Payment;

/// <summary>Charges a card that passes the Luhn check; nothing is charged for real.</summary>
internal static class PaymentHosting
{
    public static void MapPayment(this WebApplication app) => app.MapPost("/charges", (Charge charge) =>
        IsValid(charge.Card)
            ? Results.Ok(new Receipt(Guid.NewGuid().ToString("N"), charge.Amount, charge.Currency))
            : Results.Problem("the card number is not valid", statusCode: 402));

    private static bool IsValid(string card)
    {
        var digits = card.Where(char.IsAsciiDigit).Reverse().Select((c, i) => i % 2 == 0 ? c - '0' : ((c - '0') * 2 / 10) + ((c - '0') * 2 % 10)).ToArray();
        return digits.Length is >= 12 and <= 19 && digits.Sum() % 10 == 0;
    }
}

internal sealed record Charge(string Card, double Amount, string Currency);

internal sealed record Receipt(string TransactionId, double Amount, string Currency);
