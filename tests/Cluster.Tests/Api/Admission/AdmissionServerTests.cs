using System.Net;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Mesh.Cluster.Api.Admission;
using Mesh.Cluster.Settings;
using Mesh.Core.Documents;
using Mesh.Core.Kinds;
using Mesh.Core.Schema;
using Mesh.Core.Schema.Crds;
using Mesh.TestKit.Kubernetes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Mesh.Cluster.Tests.Api.Admission;

/// <summary>The webhook as a Kubernetes API server calls it, with the configuration of <c>deploy/webhooks</c> but for its address.</summary>
public sealed class AdmissionServerTests : IAsyncLifetime
{
    private static readonly TimeSpan Bound = TimeSpan.FromMinutes(1);

    private readonly TestAuthority authority = new();
    private ApiServer? server;
    private WebApplication? webhook;

    public async ValueTask InitializeAsync()
    {
        if (ApiServerPrograms.SkipReason is not null) return;
        webhook = await ServeAsync();
        server = await ApiServer.StartAsync(TestContext.Current.CancellationToken);
        await CreateAsync("apis/apiextensions.k8s.io/v1/customresourcedefinitions", CrdBuilder.Build(KindRegistry.VirtualService, Descriptions.Load(File.OpenRead(Path.Combine(AppContext.BaseDirectory, "Mesh.Core.xml")))));
        await CreateAsync("apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations", Configuration());
        await UntilAskedAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (server is not null) await server.DisposeAsync();
        if (webhook is not null) await webhook.DisposeAsync();
        authority.Dispose();
    }

    [Fact]
    public async Task Create_WhatOnlyTheMeshKnowsToBeWrong_IsRefusedByTheApiServer()
    {
        Assert.SkipWhen(ApiServerPrograms.SkipReason is not null, ApiServerPrograms.SkipReason ?? "");

        using var answer = await PostAsync("""{"hosts":["a"],"http":[{"match":[{"uri":{"regex":"(?=a)"}}],"route":[{"destination":{"host":"a"}}]}]}""");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        var message = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).RootElement.GetProperty("message").GetString();
        Assert.Contains("admission webhook \"validation.mesh.dev\" denied the request: spec.http[0].match[0].uri.regex: ", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Create_WhatIsSuspicious_IsStoredWithAWarning()
    {
        Assert.SkipWhen(ApiServerPrograms.SkipReason is not null, ApiServerPrograms.SkipReason ?? "");

        using var answer = await PostAsync("""{"hosts":["a"],"http":[{"route":[{"destination":{"host":"a"},"weight":1},{"destination":{"host":"b"}}]}]}""");

        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        Assert.Contains("gets no requests", string.Join("\n", answer.Headers.GetValues("Warning")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("{\"kind\":1,\"kind\":2}")]
    [InlineData("{\"apiVersion\":\"\\ud800\"}")]
    [InlineData("{\"apiVersion\":\"admission.k8s.io/v1\",\"kind\":\"AdmissionReview\",\"request\":{\"uid\":\"1\",\"operation\":\"CREATE\",\"object\":{\"\\ud800\":1}}}")]
    public async Task Validate_HostileBodies_AreRefusedNotFailed(string body)
    {
        await using var served = await ServeAsync();
        using var client = new HttpClient(new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true } });
        var address = served.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();

        using var answer = await client.PostAsync(address + "/validate", new StringContent(body, Encoding.UTF8, "application/json"), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public void Configuration_CoversTheGroupsTheMeshDefines()
    {
        var groups = Configuration()["webhooks"]![0]!["rules"]![0]!["apiGroups"]!.AsArray().Select(g => (string)g!);

        Assert.Equal(CrdBuilder.Kinds.Select(k => k.Group).Append("extensions.istio.io").Distinct().Order(), groups.Order());
    }

    private async Task<WebApplication> ServeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(authority.Issue("CN=webhook", server: true))));
        builder.Services.AddSingleton(new ClusterOptions());
        var application = builder.Build();
        application.MapAdmission();
        await application.StartAsync(TestContext.Current.CancellationToken);
        return application;
    }

    private JsonObject Configuration()
    {
        var manifest = SourceJson.Of(YamlTree.Parse(new(File.ReadAllText(Path.Combine(Root(), "deploy", "webhooks", "validation.yaml")), 1))!)!.AsObject();
        if (webhook is null) return manifest;
        var address = webhook.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        manifest["webhooks"]![0]!["clientConfig"] = new JsonObject
        {
            ["url"] = address + "/validate", ["caBundle"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(authority.RootPem)),
        };
        return manifest;
    }

    // A new definition and a new configuration both take a moment: a probe that is refused by the webhook says that both are there.
    private async Task UntilAskedAsync()
    {
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        bound.CancelAfter(Bound);
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (true)
        {
            using var answer = await PostAsync("""{"hosts":["probe"],"http":[{"match":[{"uri":{"regex":"(?=a)"}}],"route":[{"destination":{"host":"a"}}]}]}""");
            if (answer.StatusCode == HttpStatusCode.UnprocessableEntity) return;
            await tick.WaitForNextTickAsync(bound.Token);
        }
    }

    private async Task CreateAsync(string path, JsonObject found)
    {
        using var answer = await server!.Client.PostAsync(path, new StringContent(found.ToJsonString(), Encoding.UTF8, "application/json"), TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    private Task<HttpResponseMessage> PostAsync(string spec) => server!.Client.PostAsync(
        "apis/networking.istio.io/v1/namespaces/default/virtualservices?dryRun=All",
        new StringContent($$$"""{"apiVersion":"networking.istio.io/v1","kind":"VirtualService","metadata":{"generateName":"probe-"},"spec":{{{spec}}}}""", Encoding.UTF8, "application/json"));

    private static string Root([CallerFilePath] string thisFile = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(thisFile)!, "..", "..", "..", ".."));
}
