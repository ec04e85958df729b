using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Mesh.Core.Snapshots;

namespace Mesh.NodeAgent.Authentication;

/// <summary>
/// Fetches key sets over http and https, found by OpenID discovery where only the issuer is known. Bounded in size and time. Addresses of the link are
/// not asked: they lead to the machine's own metadata service, which whoever may write a policy need not be able to reach.
/// </summary>
internal sealed class KeySetSource : IDisposable
{
    public const int MaxBytes = 256 * 1024;

    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        MaxAutomaticRedirections = 3, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(1), ConnectCallback = ConnectAsync,
    })
    {
        MaxResponseContentBufferSize = MaxBytes, Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <summary>A key set in JSON. Throws <see cref="HttpRequestException"/>, <see cref="JsonException"/> or, after the time given, a cancellation.</summary>
    public async Task<string> FetchAsync(string location, TimeSpan timeout, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(timeout);
        var address = location.StartsWith(KeySetLocation.Discovery, StringComparison.Ordinal)
            ? await DiscoverAsync(location[KeySetLocation.Discovery.Length..], limit.Token)
            : location;
        var text = await GetAsync(address, limit.Token);
        using var document = JsonDocument.Parse(text);
        if (document.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.TryGetProperty("keys", out var keys)
            || keys.ValueKind != JsonValueKind.Array || keys.GetArrayLength() == 0)
            throw new JsonException($"{address} answers with no set of keys");
        return text;
    }

    public void Dispose() => _http.Dispose();

    private async Task<string> DiscoverAsync(string issuer, CancellationToken cancellation)
    {
        var address = issuer.TrimEnd('/') + "/.well-known/openid-configuration";
        using var document = JsonDocument.Parse(await GetAsync(address, cancellation));
        return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("jwks_uri", out var uri) && uri.ValueKind == JsonValueKind.String
            ? uri.GetString()!
            : throw new JsonException($"{address} names no jwks_uri");
    }

    private async Task<string> GetAsync(string address, CancellationToken cancellation)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https")) throw new HttpRequestException($"'{address}' is no http or https address");
        return await _http.GetStringAsync(uri, cancellation);
    }

    private static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        var found = await Dns.GetHostAddressesAsync(context.DnsEndPoint.Host, cancellation);
        var allowed = Array.FindAll(found, a => !IsOfTheLink(a.IsIPv4MappedToIPv6 ? a.MapToIPv4() : a));
        if (allowed.Length == 0) throw new HttpRequestException($"{context.DnsEndPoint.Host} leads to an address of the link only");
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, context.DnsEndPoint.Port, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static bool IsOfTheLink(IPAddress address) => address.IsIPv6LinkLocal
        || (address.AddressFamily == AddressFamily.InterNetwork && address.GetAddressBytes() is [169, 254, ..]);
}
