using System.Security.Cryptography;
using System.Text;
using Mesh.Cluster.Settings;
using Microsoft.AspNetCore.Http.Features;

namespace Mesh.Cluster.Api;

/// <summary>What every call passes first: the bearer token, a limit for the body, and a Status object under every error.</summary>
internal sealed partial class ApiAccess(ClusterOptions options, ILogger<ApiAccess> log) : IMiddleware
{
    private const long MaxBodyBytes = 8 << 20;
    private const string Scheme = "Bearer ";

    private readonly byte[] _token = SHA256.HashData(Encoding.UTF8.GetBytes(File.ReadAllText(options.AdminTokenFile).Trim()));

    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (!IsAdmin(context.Request))
        {
            Log.Refused(log, context.Request.Path, context.Connection.RemoteIpAddress?.ToString() ?? "");
            context.Response.Headers.WWWAuthenticate = "Bearer";
            await ApiStatus.Result(401, "a valid bearer token is needed").ExecuteAsync(context);
            return;
        }
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit) limit.MaxRequestBodySize = MaxBodyBytes;
        await RunAsync(context, next);
        if (!context.Response.HasStarted && context.Response is { StatusCode: >= 400, ContentLength: null, ContentType: null })
            await ApiStatus.Result(context.Response.StatusCode, Describe(context)).ExecuteAsync(context);
    }

    private async Task RunAsync(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context);
        }
        catch (BadHttpRequestException e)
        {
            await ApiStatus.Result(e.StatusCode, e.Message).ExecuteAsync(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            Log.Aborted(log, context.Request.Path);
        }
        catch (Exception e) when (!context.Response.HasStarted)
        {
            Log.Failed(log, context.Request.Method, context.Request.Path, e);
            await ApiStatus.Result(500, "internal error; the replica's log has the cause").ExecuteAsync(context);
        }
    }

    private bool IsAdmin(HttpRequest request)
    {
        var header = request.Headers.Authorization.ToString();
        if (!header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)) return false;
        // Digests are compared: equal length, and the time says nothing of the token.
        var digest = SHA256.HashData(Encoding.UTF8.GetBytes(header[Scheme.Length..].Trim()));
        return CryptographicOperations.FixedTimeEquals(digest, _token);
    }

    private static string Describe(HttpContext context) => context.Response.StatusCode switch
    {
        404 => $"no such path: {context.Request.Path}",
        405 => $"{context.Request.Method} is not allowed on {context.Request.Path}",
        _ => "the request was refused",
    };

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "API call to {Path} from {Peer} without a valid token")]
        public static partial void Refused(ILogger logger, string path, string peer);

        [LoggerMessage(LogLevel.Debug, "API call to {Path} was abandoned by its caller")]
        public static partial void Aborted(ILogger logger, string path);

        [LoggerMessage(LogLevel.Error, "API call {Method} {Path} failed")]
        public static partial void Failed(ILogger logger, string method, string path, Exception cause);
    }
}
