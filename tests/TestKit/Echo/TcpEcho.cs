using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Mesh.TestKit.Echo;

/// <summary>Greets each connection with a name, as a server-first protocol does, then gives back what comes until its end.</summary>
internal sealed class TcpEcho : IAsyncDisposable
{
    private readonly byte[] _greeting;
    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;

    private readonly X509Certificate2? _certificate;

    private TcpEcho(string name, TcpListener listener, X509Certificate2? certificate)
    {
        (_greeting, _listener, _certificate) = (Encoding.ASCII.GetBytes(name + "\n"), listener, certificate);
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public static TcpEcho Start(string name, IPAddress address, X509Certificate2? certificate = null)
    {
        var listener = new TcpListener(address, 0);
        listener.Start();
        return new TcpEcho(name, listener, certificate);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _ = ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token));
        }
        catch (OperationCanceledException)
        {
            // disposed
        }
    }

    private async Task<Stream> SecureAsync(Stream stream)
    {
        if (_certificate is null) return stream;
        var tls = new SslStream(stream);
        await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = _certificate }, _stop.Token);
        return tls;
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                await using var stream = await SecureAsync(client.GetStream());
                await stream.WriteAsync(_greeting, _stop.Token);
                await stream.CopyToAsync(stream, _stop.Token);
                if (stream is SslStream tls) await tls.ShutdownAsync();
            }
            catch (Exception e) when (e is IOException or OperationCanceledException or AuthenticationException)
            {
                // The peer went away, or the test is over.
            }
        }
    }
}
