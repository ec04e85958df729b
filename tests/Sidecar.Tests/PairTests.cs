using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using Mesh.Sidecar.Tests.Harness;
using Microsoft.AspNetCore.Http;

namespace Mesh.Sidecar.Tests;

public sealed class PairTests
{
    [Fact]
    public async Task Http1_ThroughPair_AnswersAndKeepsHostAndCountsBothReporters()
    {
        await using var app = await TestApp.StartAsync(c => c.Response.WriteAsync(
            $"{c.Request.Host}|{c.Request.Path}{c.Request.QueryString}|{c.Request.Headers["x-envoy-peer-metadata"].Count}"));
        await using var pair = await Pair.StartAsync(app.Port);
        for (var i = 0; i < 20; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/a%2Fb/c?x=1%20y") { Headers = { Host = "server:80" } };
            using var response = await pair.Http.SendAsync(request);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Equal("server:80|/a%2Fb/c?x=1%20y|0", await response.Content.ReadAsStringAsync());
        }
        // A response's last byte goes out before it is counted.
        await Eventually.TrueAsync(() => pair.Client.Process.Metrics.Requests.Sum(s => s.Requests) == 20 && pair.Server.Process.Metrics.Requests.Sum(s => s.Requests) == 20);
        var source = Assert.Single(pair.Client.Process.Metrics.Requests);
        var destination = Assert.Single(pair.Server.Process.Metrics.Requests);
        Assert.Equal(20, source.Requests);
        Assert.Equal(20, destination.Requests);
        Assert.Contains("reporter=\"source\"", source.Labels);
        Assert.Contains("destination_service=\"server.default.svc.cluster.local\"", source.Labels);
        Assert.Contains("destination_workload=\"server-v1\"", source.Labels);
        Assert.Contains("destination_principal=\"spiffe://cluster.local/ns/default/sa/server\"", source.Labels);
        Assert.Contains("reporter=\"destination\"", destination.Labels);
        Assert.Contains("source_workload=\"client-v1\"", destination.Labels);
        Assert.Contains("source_principal=\"spiffe://cluster.local/ns/default/sa/client\"", destination.Labels);
        Assert.Contains("connection_security_policy=\"mutual_tls\"", destination.Labels);
    }

    [Fact]
    public async Task Http1_HeadersNamedByConnection_EndAtTheHop()
    {
        await using var app = await TestApp.StartAsync(c =>
        {
            c.Response.Headers.Connection = "x-secret-answer";
            c.Response.Headers["X-Secret-Answer"] = "a";
            c.Response.Headers["X-Answer"] = "b";
            return c.Response.WriteAsync(string.Join(',', c.Request.Headers.Keys).ToLowerInvariant());
        });
        await using var pair = await Pair.StartAsync(app.Port);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        request.Headers.TryAddWithoutValidation("Connection", "X-Hop,x-forwarded-proto , Host");
        request.Headers.TryAddWithoutValidation("X-Hop", "1");
        request.Headers.TryAddWithoutValidation("X-Kept", "1");
        using var response = await pair.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var seen = (await response.Content.ReadAsStringAsync()).Split(',');
        Assert.Contains("x-kept", seen);
        Assert.Contains("host", seen);
        // Ours is added after the client's is taken away.
        Assert.Contains("x-forwarded-proto", seen);
        Assert.DoesNotContain("x-hop", seen);
        Assert.DoesNotContain("connection", seen);
        Assert.Equal("b", Assert.Single(response.Headers.GetValues("X-Answer")));
        Assert.False(response.Headers.Contains("X-Secret-Answer"));
    }

    [Fact]
    public async Task Http2_WithTrailersAndLargeBody_PassesBothWays()
    {
        await using var app = await TestApp.StartAsync(async c =>
        {
            c.Response.ContentType = "application/grpc";
            c.Response.DeclareTrailer("grpc-status");
            using var whole = new MemoryStream();
            await c.Request.Body.CopyToAsync(whole);
            await c.Response.Body.WriteAsync(whole.GetBuffer().AsMemory(0, (int)whole.Length));
            c.Response.AppendTrailer("grpc-status", "0");
        });
        await using var pair = await Pair.StartAsync(app.Http2Port);
        var body = new byte[3_000_000];
        Random.Shared.NextBytes(body);
        using var content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/grpc") } };
        using var request = pair.Http2(HttpMethod.Post, "/svc/Echo", content);
        request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        using var response = await pair.Http.SendAsync(request);
        Assert.Equal(body, await response.Content.ReadAsByteArrayAsync());
        Assert.Equal("0", Assert.Single(response.TrailingHeaders.GetValues("grpc-status")));
        await Eventually.TrueAsync(() => pair.Server.Process.Metrics.Requests.Any() && pair.Client.Process.Metrics.Requests.Any());
        Assert.Contains("request_protocol=\"grpc\"", Assert.Single(pair.Server.Process.Metrics.Requests).Labels);
        Assert.Contains("grpc_response_status=\"0\"", Assert.Single(pair.Client.Process.Metrics.Requests).Labels);
    }

    [Fact]
    public async Task Http2_BidirectionalStream_IsNotBuffered()
    {
        await using var app = await TestApp.StartAsync(async c =>
        {
            c.Response.ContentType = "application/grpc";
            await c.Response.Body.FlushAsync();
            var buffer = new byte[100];
            int count;
            while ((count = await c.Request.Body.ReadAsync(buffer)) > 0)
            {
                await c.Response.Body.WriteAsync(buffer.AsMemory(0, count));
                await c.Response.Body.FlushAsync();
            }
        });
        await using var pair = await Pair.StartAsync(app.Http2Port);
        var content = new PushContent();
        using var request = pair.Http2(HttpMethod.Post, "/svc/Chat", content);
        using var response = await pair.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        await using var answers = await response.Content.ReadAsStreamAsync();
        var requests = await content.StreamAsync();
        var answer = new byte[4];
        for (var i = 0; i < 5; i++)
        {
            var message = Encoding.ASCII.GetBytes($"m{i:000}");
            await requests.WriteAsync(message);
            await requests.FlushAsync();
            await answers.ReadExactlyAsync(answer).AsTask().WaitAsync(TimeSpan.FromSeconds(10));
            Assert.Equal(message, answer);
        }
        content.Finish();
        Assert.Equal(0, await answers.ReadAsync(answer));
    }

    [Fact]
    public async Task WebSocket_ThroughPair_Echoes()
    {
        await using var app = await TestApp.StartAsync(async c =>
        {
            using var socket = await c.WebSockets.AcceptWebSocketAsync();
            var buffer = new byte[100];
            var received = await socket.ReceiveAsync(buffer.AsMemory(), default);
            await socket.SendAsync(buffer.AsMemory(0, received.Count), WebSocketMessageType.Text, true, default);
            await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, default);
        });
        await using var pair = await Pair.StartAsync(app.Port);
        using var client = new ClientWebSocket();
        await client.ConnectAsync(new Uri($"ws://127.0.0.1:{pair.OutboundPort}/ws"), default);
        await client.SendAsync("hello"u8.ToArray().AsMemory(), WebSocketMessageType.Text, true, default);
        var answer = new byte[100];
        var got = await client.ReceiveAsync(answer.AsMemory(), default);
        Assert.Equal("hello", Encoding.ASCII.GetString(answer, 0, got.Count));
    }

    [Fact]
    public async Task PlainText_ToStrictListener_IsRefused()
    {
        await using var app = await TestApp.SayAsync("never");
        await using var pair = await Pair.StartAsync(app.Port);
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, pair.InboundPort);
        var stream = client.GetStream();
        await stream.WriteAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n"u8.ToArray());
        var buffer = new byte[10];
        var read = -1;
        try
        {
            read = await stream.ReadAsync(buffer).AsTask().WaitAsync(TimeSpan.FromSeconds(10));
        }
        catch (IOException)
        {
            read = 0;
        }
        Assert.Equal(0, read);
        Assert.Equal(0, app.Requests);
    }

    [Fact]
    public async Task ServerWithOtherIdentity_IsRefusedByClient()
    {
        await using var app = await TestApp.SayAsync("never");
        await using var pair = await Pair.StartAsync(app.Port, serverIdentity: "spiffe://cluster.local/ns/default/sa/somebody-else");
        using var response = await pair.Http.GetAsync("/");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.StartsWith("upstream connect error", await response.Content.ReadAsStringAsync());
        Assert.Equal(0, app.Requests);
        await Eventually.TrueAsync(() => pair.Client.Process.Metrics.Requests.Any());
        Assert.Contains("response_flags=\"UF\"", Assert.Single(pair.Client.Process.Metrics.Requests).Labels);
    }

    [Fact]
    public async Task CertificateRenewal_KeepsConnectionsAndServes()
    {
        await using var app = await TestApp.SayAsync("ok");
        await using var pair = await Pair.StartAsync(app.Port, certificateLife: TimeSpan.FromSeconds(4));
        await Eventually.TrueAsync(() =>
        {
            Assert.Equal("ok", pair.Http.GetStringAsync("/").GetAwaiter().GetResult());
            return pair.Server.Process.Renewals >= 3 && pair.Client.Process.Renewals >= 3;
        });
        Assert.Equal(1, pair.Server.Process.Connections.Total);
    }

    private sealed class PushContent : HttpContent
    {
        private readonly TaskCompletionSource<Stream> _stream = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _finished = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public PushContent() => Headers.ContentType = new MediaTypeHeaderValue("application/grpc");

        public Task<Stream> StreamAsync() => _stream.Task;

        public void Finish() => _finished.TrySetResult();

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.FlushAsync();
            _stream.TrySetResult(stream);
            await _finished.Task;
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
