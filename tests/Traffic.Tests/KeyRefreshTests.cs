using System.Net;
using Mesh.Sidecar.Tests.Harness;
using Mesh.Traffic.Tests.Harness;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace Mesh.Traffic.Tests;

/// <summary>Keys behind a <c>jwksUri</c>: an issuer that answers late or has new keys, the agent that asks it, and a proxy that believes accordingly.</summary>
[Collection("one mesh")]
public sealed class KeyRefreshTests(TrafficMesh mesh)
{
    private const string Claims = """{"iss":"fetched","sub":"anna"}""";

    [Fact]
    public async Task JwksUri_OfAnIssuerThatComesLateAndChangesItsKeys_IsFollowed()
    {
        using var first = new TokenIssuer();
        using var second = new TokenIssuer();
        var (keys, isThere) = (first.Keys("one"), false);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        await using var issuer = builder.Build();
        issuer.Run(async context =>
        {
            context.Response.StatusCode = isThere ? 200 : 503;
            await context.Response.Body.WriteAsync(System.Text.Encoding.UTF8.GetBytes(keys), context.RequestAborted);
        });
        await issuer.StartAsync();
        var (old, other) = (first.Sign(Claims, header: "\"kid\":\"one\""), second.Sign(Claims, header: "\"kid\":\"two\""));

        // 1. Nobody knows the keys: no token is believed, and requests without one pass.
        await mesh.ApplyAsync(Objects(issuer.Urls.First(), "a"));
        Assert.Equal((401, 200), (await StatusAsync(old), await StatusAsync(null)));

        // 2. The agent asks again by itself.
        isThere = true;
        await UntilAsync(old, 200);
        Assert.Equal(401, await StatusAsync(other));

        // 3. Other keys, seen when the twenty minutes are over, whatever wakes the agent.
        keys = second.Keys("two");
        mesh.AgentTime.Advance(TimeSpan.FromMinutes(25));
        await mesh.ApplyAsync(Objects(issuer.Urls.First(), "b"));
        await UntilAsync(other, 200);
        await UntilAsync(old, 401);

        // 4. An issuer that fails leaves the last good ones in force.
        isThere = false;
        mesh.AgentTime.Advance(TimeSpan.FromMinutes(25));
        await mesh.ApplyAsync(Objects(issuer.Urls.First(), "c"));
        Assert.Equal((200, 401), (await StatusAsync(other), await StatusAsync(old)));
    }

    private static string Objects(string issuer, string touched) => $$"""
        apiVersion: security.istio.io/v1
        kind: RequestAuthentication
        metadata: {name: fetched}
        spec:
          selector: {matchLabels: {app: echo} }
          jwtRules: [{issuer: fetched, jwksUri: "{{issuer}}/keys"}]
        ---
        apiVersion: networking.istio.io/v1
        kind: DestinationRule
        metadata: {name: touched, labels: {touched: "{{touched}}"} }
        spec: {host: echo}
        """;

    private Task UntilAsync(string token, int status) => Waiting.ThatAsync(async () => await StatusAsync(token) == status, $"{status}");

    private async Task<int> StatusAsync(string? token)
    {
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        (string, string)[] headers = token is null ? [("host", "echo")] : [("host", "echo"), ("authorization", $"Bearer {token}")];
        return (await RawHttp.SendAsync(new IPEndPoint(mesh["client"].Address, 15001), "GET", "/", headers, null, null, bound.Token)).Status;
    }
}
