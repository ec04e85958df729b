using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using Mesh.Bench.Kernel;
using Mesh.Bench.Peers;

namespace Mesh.Bench.Streaming;

/// <summary>What one body took.</summary>
internal sealed record TransferFigures(
    double MegabytesPerSecond, double? ClientCpuMilliseconds, double? ServerCpuMilliseconds, double? ClientPeakMegabytes, double? ServerPeakMegabytes)
{
    /// <summary>Both sides together, for one megabyte.</summary>
    public double? CpuMilliseconds => ClientCpuMilliseconds + ServerCpuMilliseconds;
}

/// <summary>One body over a connection of its own through a pair, with memory looked at meanwhile.</summary>
internal static class Transfer
{
    private const double Megabyte = 1024 * 1024;

    // A look walks /proc, which should not become part of the load.
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(250);

    /// <exception cref="IOException">The body did not pass whole.</exception>
    public static async Task<TransferFigures> RunAsync(IProxyPair pair, StreamDirection direction, long bytes, CancellationToken cancellation)
    {
        var before = (Client: pair.ClientSide, Server: pair.ServerSide);
        var (clientPeak, serverPeak) = (before.Client?.ResidentBytes, before.Server?.ResidentBytes);
        var transfer = Task.Factory.StartNew(() => Send(pair, direction, bytes), cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        while (await Task.WhenAny(transfer, Task.Delay(Look, cancellation)) != transfer)
        {
            cancellation.ThrowIfCancellationRequested();
            clientPeak = Larger(clientPeak, pair.ClientSide);
            serverPeak = Larger(serverPeak, pair.ServerSide);
        }

        var elapsed = await transfer;
        var after = (Client: pair.ClientSide, Server: pair.ServerSide);
        var megabytes = bytes / Megabyte;
        return new TransferFigures(
            megabytes / elapsed.TotalSeconds,
            (after.Client?.Cpu - before.Client?.Cpu)?.TotalMilliseconds / megabytes,
            (after.Server?.Cpu - before.Server?.Cpu)?.TotalMilliseconds / megabytes,
            Larger(clientPeak, after.Client) / Megabyte,
            Larger(serverPeak, after.Server) / Megabyte);
    }

    private static long? Larger(long? peak, Usage? now) => now is { } usage ? Math.Max(peak ?? 0, usage.ResidentBytes) : peak;

    private static TimeSpan Send(IProxyPair pair, StreamDirection direction, long bytes)
    {
        using var socket = new Socket(pair.Entry.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(pair.Entry);
        var stream = new BodyStream(socket);
        var start = Stopwatch.GetTimestamp();
        var isUpload = direction == StreamDirection.Upload;
        stream.Send(Encoding.ASCII.GetBytes(isUpload
            ? $"POST / HTTP/1.1\r\nHost: {pair.Host}\r\nContent-Type: application/octet-stream\r\nContent-Length: {bytes}\r\n\r\n"
            : $"GET /{bytes} HTTP/1.1\r\nHost: {pair.Host}\r\n\r\n"));
        if (isUpload)
            stream.SendBody(bytes);
        var head = stream.ReadHead() ?? throw new IOException("the peer closed the connection without an answer");
        if (head.Status != 200 || (!isUpload && head.ContentLength != bytes))
            throw new IOException($"answered {head.Status} with {head.ContentLength} bytes in place of 200");
        stream.Skip(head.ContentLength);
        return Stopwatch.GetElapsedTime(start);
    }
}
