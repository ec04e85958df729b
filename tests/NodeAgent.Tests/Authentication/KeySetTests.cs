using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Mesh.Core.Resources;
using Mesh.NodeAgent.Authentication;
using Mesh.NodeAgent.Options;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mesh.NodeAgent.Tests.Authentication;

public sealed class KeySetTests : IDisposable
{
    private const string Keys = """{"keys":[{"kty":"RSA","kid":"a"}]}""";

    private readonly string _directory = Directory.CreateTempSubdirectory("mesh-keysets-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Fetch_FromAnAddressOrByDiscovery_GivesTheKeys()
    {
        await using var issuer = await ServeAsync(app =>
        {
            app.MapGet("/keys", () => Results.Text(Keys));
            app.MapGet("/.well-known/openid-configuration", (HttpContext c) => Results.Text($$"""{"issuer":"x","jwks_uri":"http://{{c.Request.Host}}/keys"}"""));
        });
        using var source = new KeySetSource();
        var address = issuer.Urls.First();
        Assert.Equal(Keys, await source.FetchAsync($"{address}/keys", TimeSpan.FromSeconds(20), CancellationToken.None));
        Assert.Equal(Keys, await source.FetchAsync($"openid:{address}/", TimeSpan.FromSeconds(20), CancellationToken.None));
    }

    [Theory]
    [InlineData("/error", typeof(HttpRequestException))]
    [InlineData("/text", typeof(JsonException))]
    [InlineData("/empty", typeof(JsonException))]
    [InlineData("/long", typeof(HttpRequestException))]
    [InlineData("/away", typeof(HttpRequestException))]
    public async Task Fetch_OfAnythingElse_Fails(string path, Type expected)
    {
        await using var issuer = await ServeAsync(app =>
        {
            app.MapGet("/error", () => Results.StatusCode(500));
            app.MapGet("/text", () => Results.Text("hello"));
            app.MapGet("/empty", () => Results.Text("""{"keys":[]}"""));
            app.MapGet("/long", () => Results.Text($$"""{"keys":[{"kty":"{{new string('x', KeySetSource.MaxBytes)}}"}]}"""));
            app.MapGet("/away", () => Results.Redirect("ftp://somewhere"));
        });
        using var source = new KeySetSource();
        var failure = await Assert.ThrowsAnyAsync<Exception>(() => source.FetchAsync(issuer.Urls.First() + path, TimeSpan.FromSeconds(20), CancellationToken.None));
        Assert.IsType(expected, failure, exactMatch: false);
    }

    [Theory]
    [InlineData("http://169.254.169.254/keys")]
    [InlineData("http://[fe80::1]/keys")]
    [InlineData("http://[::ffff:169.254.169.254]/keys")]
    [InlineData("file:///etc/passwd")]
    public async Task Fetch_FromTheLink_IsNotTried(string address)
    {
        using var source = new KeySetSource();
        await Assert.ThrowsAsync<HttpRequestException>(() => source.FetchAsync(address, TimeSpan.FromSeconds(20), CancellationToken.None));
    }

    [Fact]
    public async Task Fetch_OfWhoNeverAnswers_EndsInTime()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        using var source = new KeySetSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => source.FetchAsync($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndPoint!).Port}/", TimeSpan.FromMilliseconds(50), CancellationToken.None));
    }

    [Fact]
    public void Sets_SurviveARestart_AndChangeOnlyWhenTheyAreOthers()
    {
        var user = ImmutableHashSet.Create(new ObjectKey("RequestAuthentication.security.istio.io", "default", "a"));
        var changes = new List<ImmutableHashSet<ObjectKey>>();
        var sets = Open();
        sets.Changed += changes.Add;
        sets.Put("https://a", Keys, user);
        sets.Put("https://a", Keys, user);
        sets.Put("https://b", Keys, user);
        Assert.Equal([user, user], changes);

        var again = Open();
        Assert.Equal(Keys, again.Current["https://a"]);
        again.Keep(["https://b"]);
        Assert.Equal(["https://b"], Open().Current.Keys);
    }

    [Fact]
    public void Sets_ThatCannotBeRead_AreForgotten()
    {
        File.WriteAllText(Path.Combine(_directory, "keysets.json"), "{not json");
        Assert.Empty(Open().Current);
    }

    private KeySets Open() => new(
        new AgentOptions
        {
            Node = "n", Address = IPAddress.Loopback, TrustDomain = "cluster.local", Replicas = [], RootCertificate = "", JoinTokenFile = "", Socket = "",
            WorkloadsDirectory = "", StateDirectory = _directory,
        },
        NullLogger<KeySets>.Instance);

    private static async Task<WebApplication> ServeAsync(Action<WebApplication> map)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        map(app);
        await app.StartAsync();
        return app;
    }
}
