using System.Net;
using Mesh.Sidecar.Tests.Harness;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Mesh.Sidecar.Tests.Protocols;

/// <summary>Bodies that never end or are long: nothing is held back, and nothing is kept. Not run beside other tests, whose memory would count.</summary>
[Collection(nameof(StreamingTests))]
[CollectionDefinition(nameof(StreamingTests), DisableParallelization = true)]
public sealed class StreamingTests
{
    private const int Length = 100_000_000;

    public static TheoryData<int> Versions => [1, 2];

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Events_ArriveBeforeTheNextIsMade(int version)
    {
        var seen = new SemaphoreSlim(0);
        await using var app = await TestApp.StartAsync(async c =>
        {
            c.Response.ContentType = "text/event-stream";
            for (var i = 0; i < 5; i++)
            {
                await c.Response.WriteAsync($"data: {i}\n\n");
                await c.Response.Body.FlushAsync();
                await seen.WaitAsync(TimeSpan.FromSeconds(20), c.RequestAborted);
            }
        });
        await using var pair = await Pair.StartAsync(version == 2 ? app.Http2Port : app.Port);
        using var request = Request(HttpMethod.Get, version);
        using var response = await pair.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal($"data: {i}", await reader.ReadLineAsync());
            Assert.Equal("", await reader.ReadLineAsync());
            seen.Release();
        }
        Assert.Null(await reader.ReadLineAsync());
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task LongPoll_ShowsItsHeadersBeforeItsBodyIsMade(int version)
    {
        var seen = new TaskCompletionSource();
        await using var app = await TestApp.StartAsync(async c =>
        {
            await c.Response.Body.FlushAsync();
            await seen.Task.WaitAsync(TimeSpan.FromSeconds(20));
            await c.Response.WriteAsync("at last");
        });
        await using var pair = await Pair.StartAsync(version == 2 ? app.Http2Port : app.Port);
        using var request = Request(HttpMethod.Get, version);
        using var response = await pair.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        seen.SetResult();
        Assert.Equal("at last", await response.Content.ReadAsStringAsync());
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task LongBodies_BothWays_TakeNoMemory(int version)
    {
        var part = new byte[256 * 1024];
        await using var app = await TestApp.StartAsync(async c =>
        {
            c.Features.Get<IHttpMaxRequestBodySizeFeature>()!.MaxRequestBodySize = null;
            long length = 0;
            var buffer = new byte[64 * 1024];
            int count;
            while ((count = await c.Request.Body.ReadAsync(buffer)) > 0) length += count;
            c.Response.Headers["x-received"] = length.ToString(null, null);
            for (var sent = 0; sent < Length; sent += part.Length) await c.Response.Body.WriteAsync(part);
        });
        await using var pair = await Pair.StartAsync(version == 2 ? app.Http2Port : app.Port);
        using (var first = Request(HttpMethod.Get, version))
        using (var warm = await pair.Http.SendAsync(first)) Assert.Equal(HttpStatusCode.OK, warm.StatusCode);
        var before = Environment.WorkingSet;
        var most = before;
        using var request = Request(HttpMethod.Post, version);
        request.Content = new Parts(part, Length, () => most = Math.Max(most, Environment.WorkingSet));
        using var response = await pair.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(Length, long.Parse(Assert.Single(response.Headers.GetValues("x-received")), null));
        await using var body = await response.Content.ReadAsStreamAsync();
        long received = 0;
        var into = new byte[256 * 1024];
        int got;
        while ((got = await body.ReadAsync(into)) > 0)
        {
            received += got;
            most = Math.Max(most, Environment.WorkingSet);
        }
        Assert.True(received >= Length);
        // Client, both proxies and application together; a body that anybody held would be more.
        Assert.True(most - before < Length / 2, $"{(most - before) >> 20} MiB more than before");
    }

    private static HttpRequestMessage Request(HttpMethod method, int version) =>
        new(method, "/") { Version = new Version(version, version == 1 ? 1 : 0), VersionPolicy = HttpVersionPolicy.RequestVersionExact };

    private sealed class Parts(byte[] part, long length, Action each) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            for (var left = length; left > 0; left -= part.Length)
            {
                await stream.WriteAsync(part.AsMemory(0, (int)Math.Min(left, part.Length)));
                each();
            }
        }

        protected override bool TryComputeLength(out long value)
        {
            value = length;
            return true;
        }
    }
}
