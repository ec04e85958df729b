using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;

namespace Mesh.Bench.Peers;

/// <summary>
/// That a pair really has mutual TLS between its sides: its application side must not answer plain HTTP, nor TLS without a client
/// certificate. A pair that fails is not measured; cheap figures come too easily from a leg that is not secured.
/// </summary>
internal static class MutualTlsCheck
{
    /// <returns>Null, or what is wrong.</returns>
    public static async Task<string?> RunAsync(IPEndPoint secured, string host, CancellationToken cancellation)
    {
        if (await AnswersAsync(secured, host, tls: false, cancellation))
            return $"{secured} answers plain HTTP";
        if (await AnswersAsync(secured, host, tls: true, cancellation))
            return $"{secured} answers TLS without a client certificate";
        return null;
    }

    private static async Task<bool> AnswersAsync(IPEndPoint target, string host, bool tls, CancellationToken cancellation)
    {
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        bound.CancelAfter(TimeSpan.FromSeconds(5));
        using var tcp = new TcpClient();
        try
        {
            await tcp.ConnectAsync(target, bound.Token);
            Stream stream = tcp.GetStream();
            if (tls)
            {
                // Who the server is does not matter to the question whether it asks who we are.
                var secure = new SslStream(stream, false, (_, _, _, _) => true);
                await secure.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = PeerCertificates.ServerName }, bound.Token);
                stream = secure;
            }

            await using (stream)
            {
                await stream.WriteAsync(Encoding.ASCII.GetBytes($"GET / HTTP/1.1\r\nHost: {host}\r\n\r\n"), bound.Token);
                var buffer = new byte[64];
                var read = await stream.ReadAtLeastAsync(buffer, 12, throwOnEndOfStream: false, bound.Token);
                return Encoding.ASCII.GetString(buffer, 0, read).StartsWith("HTTP/1.1 200", StringComparison.Ordinal);
            }
        }
        catch (Exception e) when (e is IOException or AuthenticationException or SocketException)
        {
            return false;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return false; // Left without an answer is not answered.
        }
    }
}
