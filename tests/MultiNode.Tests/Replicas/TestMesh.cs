using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Mesh.Cluster.Settings;

namespace Mesh.MultiNode.Tests.Replicas;

/// <summary>The files several replicas share, in a directory of its own, and a /24 of loopback that nobody else uses.</summary>
internal sealed class TestMesh : IAsyncDisposable
{
    public const string AdminToken = "admin-secret";
    public const string JoinToken = "local.join-secret";

    private readonly string _directory = Directory.CreateTempSubdirectory("mesh-test").FullName;
    private readonly string _network = FreeNetwork();
    private readonly List<TestReplica> _replicas = [];

    public TestMesh()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=mesh root", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        var now = TimeProvider.System.GetUtcNow();
        Root = request.CreateSelfSigned(now.AddHours(-1), now.AddYears(10));
        File.WriteAllText(Path("root.pem"), Root.ExportCertificatePem());
        File.WriteAllText(Path("root.key"), key.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(Path("admin.token"), AdminToken);
        File.WriteAllText(Path("join-tokens.json"), $$"""
            [{"id":"local","sha256":"{{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes("join-secret")))}}","agents":["*"],"identities":["default/*"]}]
            """);
    }

    public X509Certificate2 Root { get; }

    public TestNetwork Network { get; } = new();

    public IReadOnlyList<TestReplica> Replicas => _replicas;

    /// <summary>Starts this many replicas and waits until all are ready. <paramref name="started"/> is called when they are about to start.</summary>
    public static async Task<TestMesh> StartAsync(int replicas, string hocon = "", Action<IReadOnlyList<TestReplica>>? started = null)
    {
        var mesh = new TestMesh();
        for (var i = 0; i < replicas; i++) mesh._replicas.Add(new TestReplica(mesh.OptionsOf(i, replicas), mesh.Network, hocon));
        started?.Invoke(mesh._replicas);
        await Task.WhenAll(mesh._replicas.Select(r => r.StartAsync()));
        await Task.WhenAll(mesh._replicas.Select(r => r.ReadyAsync()));
        return mesh;
    }

    /// <summary>Starts the replica of that number again, as its supervisor would.</summary>
    public async Task<TestReplica> RestartAsync(int index)
    {
        await _replicas[index].DisposeAsync();
        _replicas[index] = new TestReplica(_replicas[index].Options, Network, _replicas[index].Hocon);
        await _replicas[index].StartAsync();
        await _replicas[index].ReadyAsync();
        return _replicas[index];
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_replicas.Select(r => r.DisposeAsync().AsTask()));
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(_directory, recursive: true);
    }

    private ClusterOptions OptionsOf(int index, int count) => new()
    {
        Name = $"cluster-{index}",
        Address = AddressOf(index),
        Bootstrap = new BootstrapOptions
        {
            ContactPoints = [.. Enumerable.Range(0, count).Select(i => $"{AddressOf(i)}:8558")],
            RequiredContactPoints = count,
            StableMarginSeconds = 0.5,
            ProbeIntervalSeconds = 0.2,
        },
        Database = new DatabaseOptions { ConnectionString = $"Data Source={Path("mesh.db")}" },
        Root = new RootOptions { Certificate = Path("root.pem"), Key = Path("root.key") },
        AdminTokenFile = Path("admin.token"),
        JoinTokensFile = Path("join-tokens.json"),
    };

    public string AddressOf(int index) => $"{_network}.{index + 1}";

    private string Path(string file) => System.IO.Path.Combine(_directory, file);

    private static string FreeNetwork()
    {
        for (var attempt = 0; attempt < 100; attempt++)
        {
            var network = $"127.{Random.Shared.Next(210, 250)}.{Random.Shared.Next(1, 255)}";
            try
            {
                using var probe = new TcpListener(IPAddress.Parse(network + ".1"), 8558);
                probe.Start();
                return network;
            }
            catch (SocketException)
            {
                continue;
            }
        }
        throw new InvalidOperationException("no free loopback network");
    }
}
