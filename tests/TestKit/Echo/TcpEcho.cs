using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Mesh.TestKit.Echo;

/// <summary>Greets each connection with a name, as a server-first protocol does, then gives back what comes until its end.</summary>
internal sealed class TcpEcho : IAsyncDisposable
{
    private readonly byte[] _greeting;
    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;

    private TcpEcho(string name, TcpListener listener)
    {
        (_greeting, _listener) = (Encoding.ASCII.GetBytes(name + "\n"), listener);
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public static TcpEcho Start(string name, IPAddress address)
    {
        var listener = new TcpListener(address, 0);
        listener.Start();
        return new TcpEcho(name, listener);
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

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                var stream = client.GetStream();
                await stream.WriteAsync(_greeting, _stop.Token);
                await stream.CopyToAsync(stream, _stop.Token);
            }
            catch (Exception e) when (e is IOException or OperationCanceledException)
            {
                // The peer went away, or the test is over.
            }
        }
    }
}
