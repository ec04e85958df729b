using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace Mesh.Cli.Client;

/// <summary>
/// The API of a mesh. Every call is tried on the replicas in turn, and again after a pause while none can answer, until
/// <see cref="Patience"/> is used up: every write is idempotent, so trying again is safe even when an answer was lost. Thread-safe.
/// </summary>
internal sealed class MeshApi : IDisposable
{
    /// <summary>One attempt; longer than a replica holds a write while the log moves (30 s).</summary>
    private static readonly TimeSpan AttemptTimeout = TimeSpan.FromSeconds(40);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    /// <summary>Half of the request line that a replica reads.</summary>
    private const int LongestQuery = 4096;

    private readonly HttpClient _http;
    private readonly string[] _urls;
    private readonly TimeProvider _time;
    private int _preferred;

    public MeshApi(MeshContext context, TimeProvider time)
    {
        var handler = new SocketsHttpHandler { UseProxy = false, ConnectTimeout = TimeSpan.FromSeconds(2), PooledConnectionLifetime = TimeSpan.FromMinutes(5) };
        handler.SslOptions.RemoteCertificateValidationCallback = PinnedRoot.Load(context.RootCertificate).Validate;
        _http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", File.ReadAllText(context.TokenFile).Trim());
        _urls = [.. context.ApiUrls];
        _time = time;
    }

    /// <summary>How long to go on trying when no replica answers, or all say "not now".</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(45);

    public Task<ApplyAnswer> ApplyAsync(ApplyRequest request, CancellationToken cancel) =>
        ReadAsync<ApplyAnswer>(HttpMethod.Post, "/mesh/v1/apply", request, [HttpStatusCode.UnprocessableEntity], cancel);

    public Task<ApplyAnswer> DeleteAsync(DeleteRequest request, CancellationToken cancel) =>
        ReadAsync<ApplyAnswer>(HttpMethod.Post, "/mesh/v1/delete", request, [HttpStatusCode.UnprocessableEntity], cancel);

    public Task<StatusAnswer> StatusAsync(CancellationToken cancel) => ReadAsync<StatusAnswer>(HttpMethod.Get, "/mesh/v1/status", null, [], cancel);

    public Task<JsonElement> GetAsync(string path, CancellationToken cancel) => ReadAsync<JsonElement>(HttpMethod.Get, path, null, [], cancel);

    public Task<WaitAnswer> WaitAsync(ulong revision, IReadOnlyList<string> objects, TimeSpan timeout, CancellationToken cancel)
    {
        var seconds = Math.Max(1, (int)timeout.TotalSeconds);
        var path = $"/mesh/v1/wait?revision={revision}&timeout={seconds}s";
        var query = string.Concat(objects.Select(key => $"&object={Uri.EscapeDataString(key)}"));
        // More objects than a request line holds go in a body.
        var isLong = query.Length > LongestQuery;
        return ReadAsync<WaitAnswer>(
            isLong ? HttpMethod.Post : HttpMethod.Get, isLong ? path : path + query, isLong ? new WaitRequest(objects) : null,
            [HttpStatusCode.RequestTimeout], cancel, timeout + AttemptTimeout);
    }

    public void Dispose() => _http.Dispose();

    private async Task<T> ReadAsync<T>(
        HttpMethod method, string path, object? body, HttpStatusCode[] accepted, CancellationToken cancel, TimeSpan? attempt = null)
    {
        using var response = await SendAsync(method, path, body, attempt ?? AttemptTimeout, cancel);
        if (!response.IsSuccessStatusCode && !accepted.Contains(response.StatusCode)) throw await RefusalAsync(response, cancel);
        try
        {
            return (await response.Content.ReadFromJsonAsync<T>(MeshContext.Json, cancel))!;
        }
        catch (JsonException e)
        {
            throw new CliException($"{response.RequestMessage?.RequestUri}: the answer could not be read: {e.Message}");
        }
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, object? body, TimeSpan attempt, CancellationToken cancel)
    {
        var started = _time.GetTimestamp();
        for (var tries = 1; ; tries++)
        {
            var index = Volatile.Read(ref _preferred) % _urls.Length;
            var (response, problem) = await TryAsync(new Uri(_urls[index] + path), method, body, attempt, cancel);
            if (response is not null) return response;
            Interlocked.Increment(ref _preferred);
            if (_time.GetElapsedTime(started) >= Patience) throw new CliException($"no replica answers: {problem}. See `meshctl status`, or the logs in the state directory.");
            if (tries % _urls.Length == 0) await Task.Delay(Pause, _time, cancel);
        }
    }

    /// <summary>The answer, or why another replica should be asked.</summary>
    private async Task<(HttpResponseMessage? Response, string Problem)> TryAsync(
        Uri url, HttpMethod method, object? body, TimeSpan attempt, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(attempt);
        try
        {
            using var request = new HttpRequestMessage(method, url);
            if (body is not null) request.Content = JsonContent.Create(body, options: MeshContext.Json);
            var response = await _http.SendAsync(request, limit.Token);
            if (response.StatusCode is not (HttpStatusCode.ServiceUnavailable or HttpStatusCode.BadGateway or HttpStatusCode.GatewayTimeout)) return (response, "");
            using (response) return (null, (await RefusalAsync(response, cancel)).Message);
        }
        catch (HttpRequestException e)
        {
            return (null, $"{url.Authority}: {e.InnerException?.Message ?? e.Message}");
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return (null, $"{url.Authority} did not answer within {attempt.TotalSeconds:0} s");
        }
    }

    /// <summary>A Kubernetes Status as an error message.</summary>
    private static async Task<CliException> RefusalAsync(HttpResponseMessage response, CancellationToken cancel)
    {
        var text = await response.Content.ReadAsStringAsync(cancel);
        try
        {
            using var status = JsonDocument.Parse(text);
            if (status.RootElement.ValueKind == JsonValueKind.Object && status.RootElement.TryGetProperty("message", out var message))
                return new CliException(message.GetString() ?? text);
        }
        catch (JsonException)
        {
            // Not a Status: the text itself is the best message there is.
        }
        return new CliException($"{response.RequestMessage?.RequestUri?.Authority} answered {(int)response.StatusCode} {text.Trim()}");
    }
}
