using Mesh.Traffic.Tests.Harness;

namespace Mesh.Traffic.Tests;

/// <summary>What files do that are not there yet, and that change, while traffic goes on.</summary>
[Collection("one mesh")]
public sealed class OriginationFilesTests(TrafficMesh mesh)
{
    private const string Objects = """
        apiVersion: networking.istio.io/v1
        kind: ServiceEntry
        metadata: {name: secure}
        spec:
          hosts: [secure.test]
          location: MESH_EXTERNAL
          resolution: STATIC
          ports: [{number: 80, name: http, protocol: HTTP}]
          endpoints: [{address: "{secure}", ports: {http: {secure-http}}}]
        ---
        apiVersion: networking.istio.io/v1
        kind: DestinationRule
        metadata: {name: secure}
        spec:
          host: secure.test
          trafficPolicy:
            connectionPool: {http: {maxRequestsPerConnection: 1}}
            tls: {mode: MUTUAL, caCertificates: "{files}/ca.crt", clientCertificate: "{files}/late.crt", privateKey: "{files}/late.key"}
        """;

    [Fact]
    public async Task Traffic_AFileAppearsAndThenChanges_TakesForceWithoutAnythingElse()
    {
        mesh.SetWorkloads(new Dictionary<string, string>());
        await mesh.ApplyAsync(Objects);
        Assert.Equal(503, (await GetAsync()).Status);
        Assert.Empty(mesh.Problems);
        mesh.Outside.WriteClient("late", "first.test");
        await UntilSeenAsync("CN=first.test");
        mesh.Outside.WriteClient("late", "second.test");
        await UntilSeenAsync("CN=second.test");
        File.WriteAllText(Path.Combine(mesh.Outside.Files, "late.key"), "nonsense");
        for (var i = 0; i < 3; i++) Assert.Equal(200, (await GetAsync()).Status);
    }

    // A connection is made for each request, and files are looked at once a second.
    private async Task UntilSeenAsync(string client)
    {
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!mesh.Outside.Apps.Single().Received.Any(r => r.Headers.GetValueOrDefault("tls-client") == client))
        {
            await GetAsync();
            await tick.WaitForNextTickAsync(bound.Token);
        }
    }

    private async Task<Answer> GetAsync()
    {
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        return await RawHttp.SendAsync(new System.Net.IPEndPoint(mesh["client"].Address, 15001), "GET", "/", [("host", "secure.test")], null, null, bound.Token);
    }
}
