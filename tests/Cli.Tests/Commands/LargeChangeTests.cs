using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using Mesh.Cli.Client;
using Mesh.Cli.Local.State;
using Mesh.Cli.Output;
using Mesh.Cli.Tests.Client;
using Microsoft.AspNetCore.Http;

namespace Mesh.Cli.Tests.Commands;

/// <summary>More objects than one request to the mesh takes.</summary>
public sealed class LargeChangeTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly FakeRoot _root = new();
    private readonly ConcurrentQueue<(string Path, int Count)> _requests = new();

    public void Dispose()
    {
        _root.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task Apply_MoreThanOneRequestTakes_GoesInSeveralInOrder()
    {
        await using var replica = await StartAsync();

        var (code, output, error) = await RunAsync("apply", "-f", _directory.File("a.yaml", Services(5_002)));

        Assert.Equal([("/mesh/v1/apply", 5_000), ("/mesh/v1/apply", 2)], _requests);
        Assert.Equal("applied 5,000 of 5,002 objects\n", error);
        Assert.Equal(Enumerable.Range(0, 5_002).Select(i => $"service/s{i} created"), output.TrimEnd('\n').Split('\n'));
        Assert.Equal(ExitCodes.Ok, code);
    }

    [Theory]
    [InlineData("apiVersion: v1\nkind: Service\nmetadata: {name: bad}\nspec: {ports: [{port: 99999}]}\n", "99999")]
    [InlineData("apiVersion: v1\nkind: Service\nmetadata: {name: s0}\nspec: {ports: [{port: 80}]}\n", "the same object is in")]
    public async Task Apply_SomethingIsWrongInTheLastPart_SendsNothing(string last, string reason)
    {
        await using var replica = await StartAsync();

        var (code, output, error) = await RunAsync("apply", "-f", _directory.File("a.yaml", Services(5_000) + "---\n" + last));

        Assert.Empty(_requests);
        Assert.Empty(output);
        Assert.Contains(reason, error, StringComparison.Ordinal);
        Assert.Contains("Nothing was applied", error, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Failed, code);
    }

    [Fact]
    public async Task Apply_AMiddlePartFails_SaysWhatIsInForceAndWhatIsNot()
    {
        await using var replica = await StartAsync(failAt: 2);

        var (code, _, error) = await RunAsync("apply", "-f", _directory.File("a.yaml", Services(12_000)));

        Assert.Equal(2, _requests.Count);
        Assert.Contains("out of order\n", error, StringComparison.Ordinal);
        Assert.Contains("The first 5,000 of 12,000 objects are applied (revision 1). Whether the next 5,000 are is not known; the last 2,000 were not sent.", error, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Failed, code);
    }

    [Fact]
    public async Task Apply_WaitForMoreObjectsThanARequestLineHolds_AsksWithABody()
    {
        await using var replica = await StartAsync();

        var (code, output, _) = await RunAsync("apply", "--wait", "-f", _directory.File("a.yaml", Services(200)));

        Assert.Equal([("/mesh/v1/apply", 200), ("/mesh/v1/wait", 200)], _requests);
        Assert.EndsWith("3/3 proxies\n", output, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Ok, code);
    }

    [Fact]
    public async Task Delete_MoreThanOneRequestTakes_GoesInSeveral()
    {
        await using var replica = await StartAsync();

        var (code, output, _) = await RunAsync("delete", "-f", _directory.File("a.yaml", Services(5_001)));

        Assert.Equal([("/mesh/v1/delete", 5_000), ("/mesh/v1/delete", 1)], _requests);
        Assert.StartsWith("service/s5000 ", output, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Ok, code);
    }

    private static string Services(int count) => string.Join("---\n", Enumerable.Range(0, count).Select(i =>
        $"apiVersion: v1\nkind: Service\nmetadata: {{name: s{i}}}\nspec: {{ports: [{{name: http, port: 80}}]}}\n"));

    /// <summary>A replica that accepts everything, but for one request.</summary>
    private async Task<FakeApi> StartAsync(int failAt = 0)
    {
        var api = await FakeApi.StartAsync(_root.Server(IPAddress.Loopback), context => AnswerAsync(context, failAt));
        new MeshContext("test", [api.Url], _directory.File("root.pem", _root.Pem), _directory.File("token", "secret\n"), _directory.Path, [])
            .Write(new StateDirectory(_directory.Path));
        return api;
    }

    private async Task AnswerAsync(HttpContext context, int failAt)
    {
        var body = (await JsonDocument.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted)).RootElement;
        var keys = body.TryGetProperty("documents", out var documents) ? documents.EnumerateArray().Select(NameIn) : body.GetProperty("objects").EnumerateArray().Select(o => o.GetString()!);
        string[] all = [.. keys];
        _requests.Enqueue((context.Request.Path, all.Length));
        var revision = _requests.Count;
        if (revision == failAt)
        {
            context.Response.StatusCode = StatusCodes.Status409Conflict;
            await context.Response.WriteAsJsonAsync(new { message = "out of order" }, context.RequestAborted);
        }
        else if (context.Request.Path == "/mesh/v1/wait")
        {
            await context.Response.WriteAsJsonAsync(new { revision, complete = true, concerned = 3, acknowledged = 3 }, context.RequestAborted);
        }
        else
        {
            await context.Response.WriteAsJsonAsync(new { revision, results = all.Select(key => new { key, action = "created", revision }) }, context.RequestAborted);
        }
    }

    private static string NameIn(JsonElement document)
    {
        var yaml = document.GetProperty("yaml").GetString()!;
        var start = yaml.IndexOf("name: ", StringComparison.Ordinal) + 6;
        return $"Service/default/{yaml[start..yaml.IndexOf('}', start)]}";
    }

    private async Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments)
    {
        using var running = StateLock.Acquire(new StateDirectory(_directory.Path));
        var (output, error) = (new StringWriter(), new StringWriter());
        var code = await Program.RunAsync([.. arguments, "--state-dir", _directory.Path], new Terminal(output, error, isTerminal: false));
        return (code, output.ToString(), error.ToString());
    }
}
