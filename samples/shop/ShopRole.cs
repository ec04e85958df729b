namespace Shop;

/// <summary>Who this process is.</summary>
internal static class ShopRole
{
    public static readonly string Version = Environment.GetEnvironmentVariable("VERSION") ?? "v1";

    /// <summary>Tells instances of a role apart in answers.</summary>
    public static readonly string Instance = $"{Version}-{Environment.ProcessId}";

    public static readonly int Port = int.TryParse(Environment.GetEnvironmentVariable("PORT"), out var port) ? port : 8080;
}
