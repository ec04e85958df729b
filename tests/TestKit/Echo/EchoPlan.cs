using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Mesh.TestKit.Echo;

/// <summary>
/// What an application does with its next requests, one word each, then <c>200</c>:
/// <c>503 name=value ...</c> (a status with headers), <c>reset</c> (the connection breaks before an answer), <c>cut</c> (it breaks within the body),
/// <c>hang</c> (no answer), <c>no-read</c> (nor is the body read), <c>stall</c> (headers, then nothing), <c>slow MS</c>, <c>rst CODE</c> (HTTP/2), <c>grpc CODE name=value ...</c>.
/// A word with <c>*</c> at its end stands for all requests from then on.
/// </summary>
public sealed class EchoPlan
{
    private readonly Lock _lock = new();
    private readonly Queue<string> _actions = [];
    private string _last = "200";

    /// <summary>Replaces what was planned.</summary>
    public void Set(IEnumerable<string> actions)
    {
        lock (_lock)
        {
            _actions.Clear();
            _last = "200";
            foreach (var action in actions)
            {
                if (action.EndsWith('*')) _last = action.TrimEnd('*', ' ');
                else _actions.Enqueue(action);
            }
        }
    }

    /// <summary>Whether the next request is to be treated so.</summary>
    internal bool IsNext(string word)
    {
        lock (_lock) return (_actions.TryPeek(out var action) ? action : _last).Split(' ')[0] == word;
    }

    internal async Task RunAsync(HttpContext context, string body)
    {
        var words = Next().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        AddHeaders(context, words);
        switch (words[0])
        {
            case "reset":
                context.Abort();
                return;
            case "rst":
                context.Features.Get<IHttpResetFeature>()!.Reset(Number(words[1]));
                return;
            case "hang" or "no-read":
                await Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted);
                return;
            case "stall":
                await context.Response.StartAsync();
                await context.Response.Body.FlushAsync();
                await Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted);
                return;
            case "cut":
                context.Response.ContentLength = 1000;
                await context.Response.WriteAsync(body);
                await context.Response.Body.FlushAsync();
                context.Abort();
                return;
            case "grpc":
                Grpc(context, words[1]);
                return;
            case "slow":
                await Task.Delay(TimeSpan.FromMilliseconds(Number(words[1])), TimeProvider.System, context.RequestAborted);
                await AnswerAsync(context, 200, body);
                return;
            default:
                await AnswerAsync(context, Number(words[0]), body);
                return;
        }
    }

    private static Task AnswerAsync(HttpContext context, int status, string body)
    {
        context.Response.StatusCode = status;
        if (context.Request.ContentType?.StartsWith("application/grpc", StringComparison.Ordinal) == true && status == 200)
        {
            Grpc(context, "0");
            return Task.CompletedTask;
        }

        return status is 204 or 304 ? Task.CompletedTask : context.Response.WriteAsync(body);
    }

    private static void Grpc(HttpContext context, string status)
    {
        context.Response.ContentType = "application/grpc";
        // An answer that has nothing but a status may bring it in its headers; with one it comes behind the message.
        if (status == "0") context.Response.AppendTrailer("grpc-status", status);
        else context.Response.Headers["grpc-status"] = status;
    }

    private static void AddHeaders(HttpContext context, string[] words)
    {
        foreach (var word in words.Where(w => w.Contains('=')))
        {
            var equals = word.IndexOf('=');
            context.Response.Headers.Append(word[..equals], word[(equals + 1)..]);
        }
    }

    private string Next()
    {
        lock (_lock) return _actions.TryDequeue(out var action) ? action : _last;
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
