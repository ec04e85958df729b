using Mesh.Sidecar.Tests.Harness;
using Microsoft.AspNetCore.Http;
using static Mesh.Sidecar.Tests.Protocols.Http2Frames.Http2Wire;

namespace Mesh.Sidecar.Tests.Protocols;

/// <summary>Several lines of one field: each version to each version, both ways. A list may be put in one line (RFC 9110, 5.3), Set-Cookie never.</summary>
public sealed class FieldLineTests
{
    private const string Answer = "HTTP/1.1 200 OK\r\nSet-Cookie: a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT\r\nX-A: 1\r\nSet-Cookie: b=2\r\nx-a: 2, 3\r\nContent-Length: 0\r\n\r\n";

    [Fact]
    public async Task Lines_Http1ToHttp1_StayApartAndInOrder()
    {
        await using var app = new WireApp(_ => Answer);
        await using var pair = await Pair.StartAsync(app.Port);
        using var client = await RawClient.ConnectAsync(pair.OutboundPort);
        await client.SendAsync("GET / HTTP/1.1\r\nHost: server\r\nX-A: 1\r\nX-B: b\r\nx-a: 2, 3\r\nAccept: a/b\r\nAccept: c/d\r\nCookie: a=1\r\nCookie: b=2\r\n\r\n");
        var response = await client.ReadAsync();
        Assert.Equal(["1", "2, 3"], Lines(response!.Head, "X-A"));
        Assert.Equal(["a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT", "b=2"], Lines(response.Head, "Set-Cookie"));
        var seen = Assert.Single(app.Seen).Head;
        Assert.Equal(["1", "2, 3"], Lines(seen, "X-A"));
        Assert.Equal(["a/b", "c/d"], Lines(seen, "Accept"));
        Assert.Equal(["a=1", "b=2"], Lines(seen, "Cookie"));
    }

    [Fact]
    public async Task Lines_Http2ToHttp1_CookiesAreOneLine()
    {
        await using var app = new WireApp(_ => Answer);
        await using var pair = await Pair.StartAsync(app.Port, appSpeaksHttp1: true);
        using var client = await OpenAsync(pair.OutboundPort);
        await client.HeadersAsync(1, true, [.. Get, ("cookie", "a=1"), ("cookie", "b=2")]);
        await client.ReadUntilAsync(f => f.Stream == 1 && f.Ends);
        // RFC 9113, 8.2.3.
        Assert.Equal(["a=1; b=2"], Lines(Assert.Single(app.Seen).Head, "Cookie"));
    }

    /// <summary>The library below writes a list of a request in one line over HTTP/2; what is no list, as cookies in an answer, stays apart.</summary>
    [Fact]
    public async Task Lines_Http2ToHttp2_MeanTheSame()
    {
        IHeaderDictionary? seen = null;
        await using var app = await TestApp.StartAsync(c =>
        {
            seen = new HeaderDictionary(c.Request.Headers.ToDictionary(h => h.Key, h => h.Value));
            c.Response.Headers.SetCookie = new(["a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT", "b=2"]);
            c.Response.Headers["x-a"] = new(["1", "2, 3"]);
            return Task.CompletedTask;
        });
        await using var pair = await Pair.StartAsync(app.Http2Port);
        using var request = pair.Http2(HttpMethod.Get, "/");
        request.Headers.TryAddWithoutValidation("x-a", (IEnumerable<string>)["1", "2, 3"]);
        using var response = await pair.Http.SendAsync(request);
        Assert.Equal("1, 2, 3", string.Join(", ", seen!["x-a"].ToArray()));
        Assert.Equal(["a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT", "b=2"], response.Headers.GetValues("Set-Cookie"));
        Assert.Equal(["1", "2, 3"], response.Headers.GetValues("x-a"));
    }

    private static string[] Lines(string head, string name) =>
        [.. head.Split("\r\n").Where(l => l.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase)).Select(l => l[(name.Length + 1)..].Trim())];
}
