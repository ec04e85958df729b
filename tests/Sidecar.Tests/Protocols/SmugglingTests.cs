namespace Mesh.Sidecar.Tests.Protocols;

/// <summary>
/// Requests that two HTTP implementations could take apart differently. Each is refused, or has one meaning; in no case does the application
/// behind two proxies see the request that hides in it, and what is refused ends its connection.
/// </summary>
public sealed class SmugglingTests(WirePair wire) : IClassFixture<WirePair>
{
    private const string Hidden = "GET /hidden HTTP/1.1\r\nHost: server\r\n\r\n";

    public static TheoryData<string, string, int> Refused => new()
    {
        { "content-length and chunked", $"POST /a HTTP/1.1\r\nHost: server\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{Hidden}", 400 },
        { "chunked and content-length", $"POST /a HTTP/1.1\r\nHost: server\r\nTransfer-Encoding: chunked\r\nContent-Length: 100\r\n\r\n0\r\n\r\n{Hidden}", 400 },
        { "two content-lengths", $"POST /a HTTP/1.1\r\nHost: server\r\nContent-Length: 0\r\nContent-Length: {Hidden.Length}\r\n\r\n{Hidden}", 400 },
        { "two equal content-lengths", $"POST /a HTTP/1.1\r\nHost: server\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nab{Hidden}", 400 },
        { "list of content-lengths", $"POST /a HTTP/1.1\r\nHost: server\r\nContent-Length: 2, 2\r\n\r\nab{Hidden}", 400 },
        { "negative content-length", $"POST /a HTTP/1.1\r\nHost: server\r\nContent-Length: -1\r\n\r\n{Hidden}", 400 },
        { "content-length in hexadecimal", $"POST /a HTTP/1.1\r\nHost: server\r\nContent-Length: 0x2\r\n\r\nab{Hidden}", 400 },
        { "content-length beyond 64 bits", $"POST /a HTTP/1.1\r\nHost: server\r\nContent-Length: 18446744073709551618\r\n\r\nab{Hidden}", 400 },
        { "empty content-length", $"POST /a HTTP/1.1\r\nHost: server\r\nContent-Length:\r\n\r\n{Hidden}", 400 },
        { "unknown transfer coding", $"POST /a HTTP/1.1\r\nHost: server\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n{Hidden}", 400 },
        { "transfer coding after chunked", $"POST /a HTTP/1.1\r\nHost: server\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n{Hidden}", 400 },
        { "transfer coding before chunked", $"POST /a HTTP/1.1\r\nHost: server\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n{Hidden}", 501 },
        { "identity", $"POST /a HTTP/1.1\r\nHost: server\r\nTransfer-Encoding: identity\r\nContent-Length: 0\r\n\r\n{Hidden}", 400 },
        { "chunked twice", $"POST /a HTTP/1.1\r\nHost: server\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{Hidden}", 501 },
        { "chunked in quotes", $"POST /a HTTP/1.1\r\nHost: server\r\nTransfer-Encoding: \"chunked\"\r\n\r\n0\r\n\r\n{Hidden}", 400 },
        { "vertical tab before chunked", $"POST /a HTTP/1.1\r\nHost: server\r\nTransfer-Encoding: \vchunked\r\n\r\n0\r\n\r\n{Hidden}", 400 },
        { "chunked in HTTP/1.0", $"POST /a HTTP/1.0\r\nHost: server\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{Hidden}", 400 },
        { "space before colon", $"POST /a HTTP/1.1\r\nHost: server\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n{Hidden}", 400 },
        { "folded header", $"POST /a HTTP/1.1\r\nHost: server\r\nTransfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n{Hidden}", 400 },
        { "header begins with space", $"GET /a HTTP/1.1\r\n Host: server\r\nHost: server\r\n\r\n{Hidden}", 400 },
        { "header without colon", $"GET /a HTTP/1.1\r\nHost: server\r\nX-A\r\n\r\n{Hidden}", 400 },
        { "header without name", $"GET /a HTTP/1.1\r\nHost: server\r\n: a\r\n\r\n{Hidden}", 400 },
        { "character not of a name", $"GET /a HTTP/1.1\r\nHost: server\r\nX-(A): a\r\n\r\n{Hidden}", 400 },
        { "bare line feed after header", $"GET /a HTTP/1.1\r\nHost: server\nX-A: a\r\n\r\n{Hidden}", 400 },
        { "bare line feed after request line", $"GET /a HTTP/1.1\nHost: server\r\n\r\n{Hidden}", 400 },
        { "bare line feeds at the end", $"GET /a HTTP/1.1\r\nHost: server\n\n{Hidden}", 400 },
        { "bare carriage return in value", $"GET /a HTTP/1.1\r\nHost: server\r\nX-A: a\rX-B: b\r\n\r\n{Hidden}", 400 },
        { "NUL in value", $"GET /a HTTP/1.1\r\nHost: server\r\nX-A: a\0b\r\n\r\n{Hidden}", 400 },
        { "NUL in target", $"GET /a\0b HTTP/1.1\r\nHost: server\r\n\r\n{Hidden}", 400 },
        { "space in target", $"GET /a b HTTP/1.1\r\nHost: server\r\n\r\n{Hidden}", 400 },
        { "unknown version", $"GET /a HTTP/1.2\r\nHost: server\r\n\r\n{Hidden}", 505 },
        { "HTTP/0.9", $"GET /a\r\n\r\n{Hidden}", 400 },
        { "no Host", $"GET /a HTTP/1.1\r\n\r\n{Hidden}", 400 },
        { "two Hosts", $"GET /a HTTP/1.1\r\nHost: server\r\nHost: other\r\n\r\n{Hidden}", 400 },
        { "two equal Hosts", $"GET /a HTTP/1.1\r\nHost: server\r\nHost: server\r\n\r\n{Hidden}", 400 },
        { "Host with a path", $"GET /a HTTP/1.1\r\nHost: server/hidden\r\n\r\n{Hidden}", 400 },
        { "Host with user", $"GET /a HTTP/1.1\r\nHost: me@server\r\n\r\n{Hidden}", 400 },
        { "Host with space", $"GET /a HTTP/1.1\r\nHost: ser ver\r\n\r\n{Hidden}", 400 },
        { "Host with bad port", $"GET /a HTTP/1.1\r\nHost: server:99x\r\n\r\n{Hidden}", 400 },
        { "fragment in target", $"GET /a#b HTTP/1.1\r\nHost: server\r\n\r\n{Hidden}", 400 },
        { "HTTP/1.0 without Host", $"GET /a HTTP/1.0\r\n\r\n{Hidden}", 400 },
        { "tunnel", $"CONNECT server:80 HTTP/1.1\r\nHost: server:80\r\n\r\n{Hidden}", 404 },
        { "change of protocol", $"GET /a HTTP/1.1\r\nHost: server\r\nConnection: upgrade\r\nUpgrade: other\r\n\r\n{Hidden}", 403 },
    };

    public static TheoryData<string, string> CutBodies => new()
    {
        { "chunk size beyond 64 bits", $"10000000000000002\r\nab\r\n0\r\n\r\n{Hidden}" },
        { "chunk size beyond 32 bits that wraps", $"100000002\r\nab\r\n0\r\n\r\n{Hidden}" },
        { "chunk size with prefix", $"0x2\r\nab\r\n0\r\n\r\n{Hidden}" },
        { "chunk size with sign", $"+2\r\nab\r\n0\r\n\r\n{Hidden}" },
        { "chunk size that is none", $"zz\r\nab\r\n0\r\n\r\n{Hidden}" },
        { "empty chunk size", $"\r\nab\r\n0\r\n\r\n{Hidden}" },
        { "bare line feed after size", $"2\nab\r\n0\r\n\r\n{Hidden}" },
        { "chunk longer than said", $"2\r\nabc\r\n0\r\n\r\n{Hidden}" },
        { "chunk without its end", $"2\r\nab0\r\n\r\n{Hidden}" },
        { "bare line feed after chunk", $"2\r\nab\n0\r\n\r\n{Hidden}" },
        { "bare line feed in extension", $"2;a\nb\r\nab\r\n0\r\n\r\n{Hidden}" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task Request_WithTwoReadings_IsRefused(string what, string request, int status)
    {
        var before = wire.App.Seen.Count;
        using var client = await wire.ConnectAsync();
        await client.SendAsync(request);
        var response = await client.ReadAsync();
        Assert.True(response?.Status == status, $"{what}: {response?.Head}");
        Assert.Equal("", await client.ReadToEndAsync());
        Assert.Equal(before, wire.App.Seen.Count);
    }

    [Theory]
    [MemberData(nameof(CutBodies))]
    public async Task Chunks_WithTwoReadings_EndTheConnectionAndReachNobodyWhole(string what, string body)
    {
        var before = wire.App.Seen.Count;
        using var client = await wire.ConnectAsync();
        await client.SendAsync($"POST /chunks HTTP/1.1\r\nHost: server\r\nTransfer-Encoding: chunked\r\n\r\n{body}");
        var answer = await client.ReadToEndAsync();
        Assert.True(answer.Length == 0 || answer.StartsWith("HTTP/1.1 400 ", StringComparison.Ordinal), $"{what}: {answer}");
        Assert.Equal(before, wire.App.Seen.Count);
    }

    [Fact]
    public async Task AbsoluteTarget_ThatDiffersFromHost_WinsOverIt()
    {
        using var client = await wire.ConnectAsync();
        await client.SendAsync("GET http://target.test/absolute HTTP/1.1\r\nHost: other.test\r\n\r\n");
        Assert.Equal(200, (await client.ReadAsync())!.Status);
        var seen = Assert.Single(wire.App.Seen, r => r.Line.Contains("/absolute", StringComparison.Ordinal));
        Assert.Equal("GET /absolute HTTP/1.1", seen.Line);
        Assert.Equal("target.test", seen["Host"]);
    }

    [Fact]
    public async Task ConnectionOptions_ThatNameTheFraming_DoNotRemoveIt()
    {
        using var client = await wire.ConnectAsync();
        await client.SendAsync("POST /framing HTTP/1.1\r\nHost: server\r\nConnection: content-length, host, transfer-encoding\r\nContent-Length: 2\r\n\r\nab");
        Assert.Equal(200, (await client.ReadAsync())!.Status);
        var seen = Assert.Single(wire.App.Seen, r => r.Line.Contains("/framing", StringComparison.Ordinal));
        Assert.Equal(("ab", "server"), (seen.Body, seen["Host"]));
    }
}
