using System.Globalization;

namespace Mesh.Sidecar.Resilience;

/// <summary>The grpc-timeout header: at most eight digits and a unit (gRPC over HTTP/2).</summary>
internal static class GrpcTimeout
{
    public const string Header = "grpc-timeout";

    public static bool TryParse(string? text, out TimeSpan timeout)
    {
        timeout = default;
        if (text is not { Length: >= 2 and <= 9 } || !long.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return false;
        TimeSpan? unit = text[^1] switch
        {
            'H' => TimeSpan.FromHours(number),
            'M' => TimeSpan.FromMinutes(number),
            'S' => TimeSpan.FromSeconds(number),
            'm' => TimeSpan.FromMilliseconds(number),
            'u' => TimeSpan.FromMicroseconds(number),
            'n' => TimeSpan.FromTicks(number / 100),
            _ => null,
        };
        timeout = unit.GetValueOrDefault();
        return unit is not null;
    }

    /// <summary>In milliseconds, or in a coarser unit where those need more than eight digits; never longer than <paramref name="timeout"/>.</summary>
    public static string Format(TimeSpan timeout)
    {
        var milliseconds = Math.Max(0, (long)timeout.TotalMilliseconds);
        return milliseconds < 100_000_000 ? $"{milliseconds}m" : milliseconds / 1000 < 100_000_000 ? $"{milliseconds / 1000}S" : $"{Math.Min(99_999_999, milliseconds / 3_600_000)}H";
    }
}
