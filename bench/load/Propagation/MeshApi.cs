using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;

namespace Mesh.Bench.Propagation;

/// <summary>The little of the API (docs/reference/api.md) that a change needs, over one keep-alive connection.</summary>
internal sealed class MeshApi : IDisposable
{
    private readonly HttpClient _http;

    public MeshApi(Uri replica, string rootCertificate, string token)
    {
        var root = X509CertificateLoader.LoadCertificateFromFile(rootCertificate);
        var handler = new SocketsHttpHandler
        {
            MaxConnectionsPerServer = 1,
            PooledConnectionLifetime = Timeout.InfiniteTimeSpan,
            SslOptions = new SslClientAuthenticationOptions
            {
                CertificateChainPolicy = new X509ChainPolicy
                {
                    TrustMode = X509ChainTrustMode.CustomRootTrust,
                    CustomTrustStore = { root },
                    RevocationMode = X509RevocationMode.NoCheck,
                },
            },
        };
        _http = new HttpClient(handler) { BaseAddress = replica, Timeout = TimeSpan.FromSeconds(60) };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    /// <returns>The revision in which the document was accepted.</returns>
    public async Task<ApplyResult> ApplyAsync(string yaml, CancellationToken cancellation)
    {
        var body = new { dryRun = false, documents = new[] { new { file = "bench", document = 1, line = 1, yaml } } };
        using var response = await _http.PostAsJsonAsync("mesh/v1/apply", body, cancellation);
        using var json = JsonDocument.Parse(await response.Content.ReadAsStringAsync(cancellation));
        if (!response.IsSuccessStatusCode)
            throw new InvalidOperationException($"apply answered {(int)response.StatusCode}: {json.RootElement}");
        var result = json.RootElement.GetProperty("results")[0];
        return new ApplyResult(result.GetProperty("revision").GetInt64(), result.GetProperty("key").GetString()!, result.GetProperty("action").GetString()!);
    }

    /// <param name="key">As an apply gave it.</param>
    /// <param name="cancellation">Ends the wait for the answer.</param>
    public async Task DeleteAsync(string key, CancellationToken cancellation)
    {
        using var response = await _http.PostAsJsonAsync("mesh/v1/delete", new { objects = new[] { key } }, cancellation);
        if (!response.IsSuccessStatusCode)
            throw new InvalidOperationException($"delete answered {(int)response.StatusCode}: {await response.Content.ReadAsStringAsync(cancellation)}");
    }

    /// <summary>Answers when every proxy the object concerns acknowledged the revision.</summary>
    public async Task WaitAsync(ApplyResult change, CancellationToken cancellation)
    {
        var query = $"mesh/v1/wait?revision={change.Revision}&object={Uri.EscapeDataString(change.Key)}&timeout=30s";
        using var response = await _http.GetAsync(new Uri(query, UriKind.Relative), cancellation);
        var text = await response.Content.ReadAsStringAsync(cancellation);
        if (!response.IsSuccessStatusCode)
            throw new InvalidOperationException($"wait answered {(int)response.StatusCode}: {text}");
    }

    public void Dispose() => _http.Dispose();
}

/// <summary>One accepted document.</summary>
internal sealed record ApplyResult(long Revision, string Key, string Action);
