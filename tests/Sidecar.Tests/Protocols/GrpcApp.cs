using System.Buffers.Binary;
using Grpc.Core;
using Mesh.Sidecar.Tests.Harness;
using Microsoft.AspNetCore.Http;

namespace Mesh.Sidecar.Tests.Protocols;

/// <summary>
/// A gRPC service without generated code: <c>Echo</c> answers each message as it comes, <c>Count</c> one message with how many came,
/// <c>Repeat</c> a message a hundred times, <c>Hold</c> none until the caller has given up.
/// </summary>
internal static class GrpcApp
{
    public static Method<byte[], byte[]> Method(string name, MethodType type) =>
        new(type, "test.Service", name, Marshallers.Create(b => b, b => b), Marshallers.Create(b => b, b => b));

    public static Task<TestApp> StartAsync(Action<HttpContext>? seen = null) => TestApp.StartAsync(async context =>
    {
        seen?.Invoke(context);
        context.Response.ContentType = "application/grpc";
        await context.Response.Body.FlushAsync();
        var count = 0;
        while (await ReadAsync(context.Request.Body) is { } message)
        {
            count++;
            var times = context.Request.Path.Value!.EndsWith("/Repeat", StringComparison.Ordinal) ? 100
                : context.Request.Path.Value.EndsWith("/Echo", StringComparison.Ordinal) ? 1 : 0;
            for (var i = 0; i < times; i++) await WriteAsync(context.Response.Body, message);
        }
        if (context.Request.Path.Value!.EndsWith("/Hold", StringComparison.Ordinal)) await Task.Delay(Timeout.Infinite, context.RequestAborted);
        if (context.Request.Path.Value.EndsWith("/Count", StringComparison.Ordinal)) await WriteAsync(context.Response.Body, [(byte)count]);
        context.Response.AppendTrailer("grpc-status", "0");
    });

    private static async Task<byte[]?> ReadAsync(Stream body)
    {
        var head = new byte[5];
        if (await body.ReadAtLeastAsync(head, 5, throwOnEndOfStream: false) < 5) return null;
        var message = new byte[BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(1))];
        await body.ReadExactlyAsync(message);
        return message;
    }

    private static async Task WriteAsync(Stream body, byte[] message)
    {
        var head = new byte[5];
        BinaryPrimitives.WriteInt32BigEndian(head.AsSpan(1), message.Length);
        await body.WriteAsync(head);
        await body.WriteAsync(message);
        await body.FlushAsync();
    }
}
