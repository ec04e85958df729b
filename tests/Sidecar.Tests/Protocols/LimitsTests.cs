namespace Mesh.Sidecar.Tests.Protocols;

/// <summary>What a client may send at most (Envoy's defaults), and what it gets beyond that.</summary>
public sealed class LimitsTests(WirePair wire) : IClassFixture<WirePair>
{
    public static TheoryData<string, string, int> Requests => new()
    {
        { "a long target", $"GET /{new string('a', 50_000)} HTTP/1.1\r\nHost: server\r\n\r\n", 200 },
        { "too long a target", $"GET /{new string('a', 62_000)} HTTP/1.1\r\nHost: server\r\n\r\n", 414 },
        { "a long header", $"GET / HTTP/1.1\r\nHost: server\r\nX-A: {new string('a', 50_000)}\r\n\r\n", 200 },
        { "too long a header", $"GET / HTTP/1.1\r\nHost: server\r\nX-A: {new string('a', 62_000)}\r\n\r\n", 431 },
        { "headers too long together", $"GET / HTTP/1.1\r\nHost: server\r\n{Headers(50, 1300)}\r\n", 431 },
        { "many headers", $"GET / HTTP/1.1\r\nHost: server\r\n{Headers(90, 1)}\r\n", 200 },
        { "too many headers", $"GET / HTTP/1.1\r\nHost: server\r\n{Headers(101, 1)}\r\n", 431 },
        { "too long a name", $"GET / HTTP/1.1\r\nHost: server\r\n{new string('a', 62_000)}: a\r\n\r\n", 431 },
    };

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task Request_OfASize_IsServedOrRefused(string what, string request, int status)
    {
        var before = wire.App.Seen.Count;
        using var client = await wire.ConnectAsync();
        await client.SendAsync(request);
        var response = await client.ReadAsync();
        Assert.True(response?.Status == status, $"{what}: {response?.Head}");
        Assert.Equal(status == 200 ? before + 1 : before, wire.App.Seen.Count);
    }

    private static string Headers(int count, int length) => string.Concat(Enumerable.Range(0, count).Select(i => $"X-{i}: {new string('a', length)}\r\n"));
}
