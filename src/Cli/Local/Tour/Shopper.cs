using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Mesh.Cli.Local.Tour;

/// <summary>Calls the shop from outside, through its gateway. Thread-safe.</summary>
internal sealed class Shopper : IDisposable
{
    private readonly HttpClient _http;

    public Shopper(Uri gateway) => _http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = gateway, Timeout = TimeSpan.FromSeconds(15) };

    public Uri Address => _http.BaseAddress!;

    public Task<HttpResponseMessage> GetAsync(string path, CancellationToken cancel) => _http.GetAsync(path, cancel);

    public async Task<JsonElement> GetJsonAsync(string path, CancellationToken cancel)
    {
        using var response = await _http.GetAsync(path, cancel);
        return await ReadAsync(response, path, cancel);
    }

    public async Task<JsonElement> PostJsonAsync(string path, object body, CancellationToken cancel)
    {
        using var response = await _http.PostAsJsonAsync(path, body, cancel);
        return await ReadAsync(response, path, cancel);
    }

    /// <summary>The version of the catalogue that answered, or the status of a request that failed.</summary>
    public async Task<(string? Version, string? Failure)> CatalogueAsync(string? user, CancellationToken cancel)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/api/products");
            if (user is not null) request.Headers.Add("x-user", user);
            using var response = await _http.SendAsync(request, cancel);
            if (response.StatusCode != HttpStatusCode.OK) return (null, $"{(int)response.StatusCode} {(await response.Content.ReadAsStringAsync(cancel)).Trim()}");
            return ((await response.Content.ReadFromJsonAsync<JsonElement>(cancel)).GetProperty("catalogueVersion").GetString(), null);
        }
        catch (Exception e) when (e is HttpRequestException or IOException || (e is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            return (null, e.Message);
        }
    }

    /// <summary>How the catalogue's versions share <paramref name="requests"/>; fails if any of them does.</summary>
    public async Task<(int V1, int V2)> SplitAsync(int requests, string? user, CancellationToken cancel)
    {
        var (v1, v2) = (0, 0);
        await Parallel.ForAsync(0, requests, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = cancel }, async (_, token) =>
        {
            var (version, failure) = await CatalogueAsync(user, token);
            if (failure is not null) throw new TourFailure($"a request failed: {failure}");
            _ = version == "v2" ? Interlocked.Increment(ref v2) : Interlocked.Increment(ref v1);
        });
        return (v1, v2);
    }

    public void Dispose() => _http.Dispose();

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage response, string path, CancellationToken cancel)
    {
        if (!response.IsSuccessStatusCode)
            throw new TourFailure($"{path} answered {(int)response.StatusCode} {(await response.Content.ReadAsStringAsync(cancel)).Trim()}");
        return await response.Content.ReadFromJsonAsync<JsonElement>(cancel);
    }
}
