using System.Net.Sockets;
using Grpc.Core;

namespace Mesh.Sidecar.Discovery;

/// <summary>What went wrong between this proxy and its agent, in one line. gRPC's own message is a page of stack trace.</summary>
internal static class AgentFailure
{
    public static string Describe(Exception error, string socketPath)
    {
        if (error is not RpcException rpc) return FirstLine(error.Message);
        if (rpc.Status.DebugException?.GetBaseException() is SocketException socket)
            // The missing file of a unix socket comes as "Cannot assign requested address", of an address that nobody ever named.
            return File.Exists(socketPath) ? $"the agent does not answer on {socketPath}: {socket.SocketErrorCode}" : $"the agent's socket {socketPath} is not there";
        return $"{rpc.StatusCode}: {FirstLine(rpc.Status.Detail)}";
    }

    private static string FirstLine(string text)
    {
        var end = text.AsSpan().IndexOfAny('\r', '\n');
        return end < 0 ? text : text[..end];
    }
}
