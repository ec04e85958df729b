using System.Net;
using System.Net.Sockets;
using Mesh.Sidecar.Tests.Harness;

namespace Mesh.Sidecar.Tests;

/// <summary>What the transport must carry from end to end: disconnects, back pressure, bodies larger than any buffer.</summary>
public sealed class PairTransportTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ClientThatGoes_EndsTheRequestAtTheApplication(bool reset)
    {
        var arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var aborted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var app = await TestApp.StartAsync(async c =>
        {
            c.RequestAborted.Register(aborted.SetResult);
            arrived.SetResult();
            await aborted.Task;
        });
        await using var pair = await Pair.StartAsync(app.Port);
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(IPAddress.Loopback, pair.OutboundPort);
        await client.SendAsync("GET / HTTP/1.1\r\nHost: server:80\r\n\r\n"u8.ToArray());
        await arrived.Task.WaitAsync(Limit);
        if (reset) client.LingerState = new LingerOption(true, 0);
        client.Dispose();
        await aborted.Task.WaitAsync(Limit);
        await Eventually.TrueAsync(() => pair.Client.Process.Metrics.Requests.Any());
        Assert.Contains("response_flags=\"DC\"", Assert.Single(pair.Client.Process.Metrics.Requests).Labels);
    }

    [Fact]
    public async Task LargeBodies_BothWays_ArriveWhole()
    {
        await using var app = await TestApp.StartAsync(async c =>
        {
            c.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpMaxRequestBodySizeFeature>()!.MaxRequestBodySize = null;
            c.Response.ContentLength = c.Request.ContentLength;
            // One way after the other: HttpClient reads no answer before it has said all.
            using var whole = new MemoryStream();
            await c.Request.Body.CopyToAsync(whole);
            whole.Position = 0;
            await whole.CopyToAsync(c.Response.Body);
        });
        await using var pair = await Pair.StartAsync(app.Port);
        var body = new byte[40_000_000];
        Random.Shared.NextBytes(body);
        using var content = new ByteArrayContent(body);
        using var response = await pair.Http.PostAsync("/", content);
        var answer = await response.Content.ReadAsByteArrayAsync();
        Assert.True(body.AsSpan().SequenceEqual(answer));
    }

    [Fact]
    public async Task ClientThatDoesNotRead_HoldsTheApplicationBack()
    {
        var sent = 0L;
        await using var app = await TestApp.StartAsync(async c =>
        {
            var chunk = new byte[64 * 1024];
            while (!c.RequestAborted.IsCancellationRequested)
            {
                await c.Response.Body.WriteAsync(chunk, c.RequestAborted);
                Interlocked.Add(ref sent, chunk.Length);
            }
        });
        await using var pair = await Pair.StartAsync(app.Port);
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(IPAddress.Loopback, pair.OutboundPort);
        await client.SendAsync("GET / HTTP/1.1\r\nHost: server:80\r\n\r\n"u8.ToArray());
        // It stands still once the kernel's buffers are full: three connections of at most some megabytes each.
        var last = -1L;
        var still = 0;
        await Eventually.TrueAsync(() =>
        {
            var now = Interlocked.Read(ref sent);
            still = now > 0 && now == last ? still + 1 : 0;
            last = now;
            return still > 200;
        });
        Assert.InRange(last, 1, 64 * 1024 * 1024);
    }

    [Fact]
    public async Task PipelinedRequests_AreAnsweredInOrder()
    {
        await using var app = await TestApp.StartAsync(c => c.Response.Body.WriteAsync(System.Text.Encoding.ASCII.GetBytes(c.Request.Path + ";")).AsTask());
        await using var pair = await Pair.StartAsync(app.Port);
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(IPAddress.Loopback, pair.OutboundPort);
        // The last one asks to close, so that the end of all is the end of the stream. In two parts that cut a request.
        var all = string.Concat(Enumerable.Range(0, 50).Select(i => $"GET /{i} HTTP/1.1\r\nHost: server:80\r\n{(i == 49 ? "Connection: close\r\n" : "")}\r\n"));
        await client.SendAsync(System.Text.Encoding.ASCII.GetBytes(all[..777]));
        await client.SendAsync(System.Text.Encoding.ASCII.GetBytes(all[777..]));
        using var answers = new StreamReader(new NetworkStream(client));
        var text = await answers.ReadToEndAsync().WaitAsync(Limit);
        var at = 0;
        for (var i = 0; i < 50; i++)
        {
            at = text.IndexOf($"/{i};", at, StringComparison.Ordinal);
            Assert.True(at >= 0, $"no answer to request {i}");
        }
    }
}
