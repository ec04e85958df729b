using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace Mesh.Sidecar.Tests.Harness;

/// <summary>One connection of a <see cref="ScriptedServer"/>: says and hears bytes.</summary>
internal sealed class ScriptedConnection(Stream stream, Socket socket, int number)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>From 1.</summary>
    public int Number => number;

    public Stream Stream => stream;

    public Task SayAsync(string text) => stream.WriteAsync(Encoding.Latin1.GetBytes(text)).AsTask().WaitAsync(Limit);

    /// <summary>A request's head; empty at the end of the stream.</summary>
    public Task<string> HeadAsync() => HearAsync(text => text.EndsWith("\r\n\r\n", StringComparison.Ordinal));

    /// <summary>Reads byte by byte until <paramref name="isEnough"/>, or the end.</summary>
    public async Task<string> HearAsync(Func<string, bool> isEnough)
    {
        var text = "";
        var one = new byte[1];
        while (!isEnough(text) && await stream.ReadAsync(one).AsTask().WaitAsync(Limit) == 1) text += (char)one[0];
        return text;
    }

    /// <summary>Ends the connection beneath TLS, without its goodbye.</summary>
    public void Cut() => socket.Shutdown(SocketShutdown.Both);

    public void Reset()
    {
        socket.LingerState = new LingerOption(true, 0);
        socket.Dispose();
    }
}

/// <summary>A server that says what a test writes, byte for byte, in plain text or under mutual TLS. Connections end with their script.</summary>
internal sealed class ScriptedServer : IAsyncDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly Func<ScriptedConnection, Task> _script;
    private readonly SslServerAuthenticationOptions? _tls;
    private readonly Task _accepting;
    private int _connections;

    private ScriptedServer(Func<ScriptedConnection, Task> script, SslServerAuthenticationOptions? tls)
    {
        (_script, _tls) = (script, tls);
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    public int Connections => Volatile.Read(ref _connections);

    public static ScriptedServer Start(Func<ScriptedConnection, Task> script) => new(script, null);

    /// <summary>Answers the first request of each connection with <paramref name="answer"/> and ends.</summary>
    public static ScriptedServer Say(string answer) => new(async connection =>
    {
        await connection.HeadAsync();
        await connection.SayAsync(answer);
    }, null);

    public static ScriptedServer StartTls(TestCa ca, string spiffeId, Func<ScriptedConnection, Task> script)
    {
        var context = SslStreamCertificateContext.Create(ca.Issue(spiffeId), ca.Intermediates());
        return new ScriptedServer(script, new SslServerAuthenticationOptions
        {
            ServerCertificateContext = context, ClientCertificateRequired = true, RemoteCertificateValidationCallback = static (_, _, _, _) => true,
            ApplicationProtocols = [SslApplicationProtocol.Http11],
        });
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _accepting;
    }

    private async Task AcceptAsync()
    {
        var serving = new List<Task>();
        try
        {
            while (true) serving.Add(ServeAsync(await _listener.AcceptAsync()));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
        await Task.WhenAll(serving);
    }

    private async Task ServeAsync(Socket socket)
    {
        try
        {
            using (socket)
            {
                socket.NoDelay = true;
                await using Stream plain = new NetworkStream(socket);
                await using var tls = _tls is null ? null : new SslStream(plain);
                if (tls is not null) await tls.AuthenticateAsServerAsync(_tls!);
                await _script(new ScriptedConnection(tls ?? plain, socket, Interlocked.Increment(ref _connections)));
            }
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            // The proxy went first, which is its right; what it told its client is what tests look at.
        }
    }
}
