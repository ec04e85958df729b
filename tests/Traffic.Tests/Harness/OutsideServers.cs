using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using Mesh.TestKit.Certificates;
using Mesh.TestKit.Echo;

namespace Mesh.Traffic.Tests.Harness;

/// <summary>
/// A server outside of the mesh that speaks TLS, <c>secure</c>: its certificate is for secure.test, *.wild.test and spiffe://elsewhere/secure, of an authority of its own. Tables name it by
/// <c>{secure}</c> (address), <c>{secure-http}</c>, <c>{secure-h2}</c> and <c>{secure-tcp}</c> (ports), and files by <c>{files}</c>: ca.crt, other-ca.crt, client.crt, client.key,
/// revoked.crl (it is in it), clean.crl.
/// </summary>
internal sealed class OutsideServers : IAsyncDisposable
{
    private static readonly string[] Names = ["secure.test", "*.wild.test", "spiffe://elsewhere/secure"];

    private readonly DirectoryInfo _files = Directory.CreateTempSubdirectory("outside");
    private readonly PemAuthority _authority = new("outside");
    private readonly PemAuthority _other = new("other");
    private X509Certificate2? _certificate;
    private EchoApp? _app;
    private string _address = "";

    public IEnumerable<EchoApp> Apps => _app is null ? [] : [_app];

    public string Files => _files.FullName;

    public async Task StartAsync(AddressBlock addresses)
    {
        var address = addresses.Next();
        _address = address.ToString();
        _certificate = _authority.Issue(Names);
        _app = await EchoApp.StartAsync("secure", address, _certificate);
        File.WriteAllText(Path.Combine(Files, "ca.crt"), _authority.RootPem);
        File.WriteAllText(Path.Combine(Files, "other-ca.crt"), _other.RootPem);
        var until = TimeProvider.System.GetUtcNow().AddHours(1);
        File.WriteAllText(Path.Combine(Files, "revoked.crl"), _authority.RevocationListPem(until, _certificate));
        File.WriteAllText(Path.Combine(Files, "clean.crl"), _authority.RevocationListPem(until));
        WriteClient("client", "caller.test");
    }

    /// <summary>A client's certificate and key.</summary>
    public void WriteClient(string file, string name) => _authority.Write(Files, file, name);

    /// <summary>Puts addresses, ports and paths in their places.</summary>
    public string Fill(string objects) => objects
        .Replace("{secure}", _address, StringComparison.Ordinal)
        .Replace("{secure-http}", Text(_app!.HttpPort), StringComparison.Ordinal)
        .Replace("{secure-h2}", Text(_app.Http2Port), StringComparison.Ordinal)
        .Replace("{secure-tcp}", Text(_app.TcpPort), StringComparison.Ordinal)
        .Replace("{files}", Files, StringComparison.Ordinal);

    public async ValueTask DisposeAsync()
    {
        if (_app is not null) await _app.DisposeAsync();
        _certificate?.Dispose();
        _authority.Dispose();
        _other.Dispose();
        _files.Delete(recursive: true);
    }

    private static string Text(int port) => port.ToString(CultureInfo.InvariantCulture);
}
