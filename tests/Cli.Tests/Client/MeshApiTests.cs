using System.Net;
using Mesh.Cli.Client;
using Mesh.Cli.Local;
using Microsoft.AspNetCore.Http;

namespace Mesh.Cli.Tests.Client;

public sealed class MeshApiTests : IDisposable
{
    private const string Applied = """{"revision": 7, "results": []}""";

    private readonly TemporaryDirectory _directory = new();
    private readonly FakeRoot _root = new();

    public void Dispose()
    {
        _root.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task Apply_FirstReplicaIsGone_IsAnsweredByTheNextAndThatOneIsAskedFromThenOn()
    {
        await using var gone = await StartAsync(Say(Applied));
        var url = gone.Url;
        await gone.DisposeAsync();
        await using var left = await StartAsync(Say(Applied));
        using var api = Connect(TimeSpan.FromSeconds(30), url, left.Url);
        for (var i = 0; i < 3; i++) Assert.Equal(7ul, (await ApplyAsync(api)).Revision);
        Assert.Equal(3, left.Requests);
    }

    [Fact]
    public async Task Apply_FirstReplicaCannotReachTheLog_GoesOnToTheNext()
    {
        await using var stuck = await StartAsync(Say("""{"message": "the configuration log is moving"}""", 503));
        await using var well = await StartAsync(Say(Applied));
        using var api = Connect(TimeSpan.FromSeconds(30), stuck.Url, well.Url);
        Assert.Equal(7ul, (await ApplyAsync(api)).Revision);
        Assert.Equal((1, 1), (stuck.Requests, well.Requests));
    }

    [Fact]
    public async Task Apply_NoReplicaCan_FailsWithTheReasonOnceItsPatienceIsOver()
    {
        await using var stuck = await StartAsync(Say("""{"message": "the configuration log is moving"}""", 503));
        using var api = Connect(TimeSpan.Zero, stuck.Url);
        var failed = await Assert.ThrowsAsync<CliException>(() => ApplyAsync(api));
        Assert.Contains("the configuration log is moving", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Apply_AReplicaRefuses_IsNotTriedElsewhere()
    {
        await using var first = await StartAsync(Say("""{"message": "a token is needed"}""", 401));
        await using var second = await StartAsync(Say(Applied));
        using var api = Connect(TimeSpan.FromSeconds(30), first.Url, second.Url);
        Assert.Contains("a token is needed", (await Assert.ThrowsAsync<CliException>(() => ApplyAsync(api))).Message, StringComparison.Ordinal);
        Assert.Equal(0, second.Requests);
    }

    [Fact]
    public async Task Apply_ReplicaUnderAnotherRoot_IsToldNothing()
    {
        using var other = new FakeRoot("CN=mesh root");
        await using var impostor = await FakeApi.StartAsync(other.Server(IPAddress.Loopback), Say(Applied));
        using var api = Connect(TimeSpan.Zero, impostor.Url);
        await Assert.ThrowsAsync<CliException>(() => ApplyAsync(api));
        Assert.Equal(0, impostor.Requests);
    }

    [Fact]
    public async Task Apply_ReplicaWithTheCertificateOfAnotherAddress_IsToldNothing()
    {
        await using var impostor = await FakeApi.StartAsync(_root.Server(IPAddress.Parse("127.0.0.2")), Say(Applied));
        using var api = Connect(TimeSpan.Zero, impostor.Url);
        await Assert.ThrowsAsync<CliException>(() => ApplyAsync(api));
        Assert.Equal(0, impostor.Requests);
    }

    [Theory]
    [InlineData("""{"annotations": {"mesh.dev/local-mesh": "shop"}, "name": "default"}""", 7ul)]
    [InlineData("""{"name": "default"}""", null)]
    public async Task WithdrawMeshConfig_OnlyOneThatCameFromALocalMesh_IsDeleted(string metadata, ulong? revision)
    {
        var deleted = "";
        await using var replica = await StartAsync(async context =>
        {
            if (context.Request.Path == "/mesh/v1/delete") deleted = await new StreamReader(context.Request.Body).ReadToEndAsync(context.RequestAborted);
            await Say(context.Request.Method == "GET" ? $$"""{"items": [{"metadata": {{metadata}}}]}""" : Applied)(context);
        });
        using var api = Connect(TimeSpan.Zero, replica.Url);
        Assert.Equal(revision, await LocalMeshConfig.WithdrawAsync(api, TestContext.Current.CancellationToken));
        Assert.Equal(revision is not null, deleted.Contains("MeshConfig.mesh.dev//default", StringComparison.Ordinal));
    }

    private Task<FakeApi> StartAsync(Func<HttpContext, Task> answer) => FakeApi.StartAsync(_root.Server(IPAddress.Loopback), answer);

    private MeshApi Connect(TimeSpan patience, params string[] urls)
    {
        var context = new MeshContext("test", urls, _directory.File("root.pem", _root.Pem), _directory.File("token", "secret\n"), _directory.Path, []);
        return new MeshApi(context, TimeProvider.System) { Patience = patience };
    }

    private static Task<ApplyAnswer> ApplyAsync(MeshApi api) => api.ApplyAsync(new ApplyRequest(false, []), TestContext.Current.CancellationToken);

    private static Func<HttpContext, Task> Say(string json, int code = 200) => context =>
    {
        Assert.Equal("Bearer secret", context.Request.Headers.Authorization);
        context.Response.StatusCode = code;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(json, context.RequestAborted);
    };
}
