using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Mesh.TestKit.Kubernetes;

/// <summary>
/// A Kubernetes API server over an etcd of its own, on loopback, for the tests of one class. <see cref="Client"/> is an administrator.
/// Ports are chosen by the system and could be taken again before the server binds them; it then starts anew on others.
/// </summary>
public sealed class ApiServer : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(2);
    private const int Tries = 3;

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("mesh-apiserver-");
    private readonly TestAuthority authority = new();
    private ServerProgram? etcd;
    private ServerProgram? server;

    private ApiServer() => Client = null!;

    /// <summary>To the API server, with the rights of system:masters.</summary>
    public HttpClient Client { get; private set; }

    /// <summary>Starts one; only where <see cref="ApiServerPrograms.SkipReason"/> is null.</summary>
    public static async Task<ApiServer> StartAsync(CancellationToken cancellation)
    {
        var started = new ApiServer();
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await started.StartProgramsAsync(cancellation);
                return started;
            }
            catch (ProgramEndedException) when (attempt < Tries)
            {
                await started.StopProgramsAsync();
            }
            catch
            {
                await started.DisposeAsync();
                throw;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopProgramsAsync();
        authority.Dispose();
        folder.Delete(recursive: true);
    }

    private async Task StartProgramsAsync(CancellationToken cancellation)
    {
        var ports = FreePorts(3);
        var store = $"http://127.0.0.1:{ports[0]}";
        var peers = $"http://127.0.0.1:{ports[1]}";
        etcd = ServerProgram.Start(ApiServerPrograms.Etcd, folder.CreateSubdirectory($"etcd-{ports[0]}"),
            "--data-dir", "data", "--listen-client-urls", store, "--advertise-client-urls", store, "--listen-peer-urls", peers,
            "--initial-advertise-peer-urls", peers, "--initial-cluster", "default=" + peers, "--unsafe-no-fsync");
        server = ServerProgram.Start(ApiServerPrograms.ApiServer, WriteKeys(ports[2]),
            "--etcd-servers", store, "--bind-address", "127.0.0.1", "--secure-port", $"{ports[2]}", "--cert-dir", "certs", "--client-ca-file", "ca.pem",
            "--tls-cert-file", "server.pem", "--tls-private-key-file", "server.key", "--service-cluster-ip-range", "10.96.0.0/16",
            "--service-account-issuer", "https://kubernetes.default.svc", "--service-account-key-file", "accounts.pub",
            "--service-account-signing-key-file", "accounts.key", "--authorization-mode", "RBAC", "--disable-admission-plugins", "ServiceAccount");
        Client = Connect(ports[2]);
        await UntilReadyAsync(cancellation);
    }

    private DirectoryInfo WriteKeys(int port)
    {
        var home = folder.CreateSubdirectory($"server-{port}");
        using var serving = authority.Issue("CN=apiserver", server: true);
        using var accounts = RSA.Create(2048);
        File.WriteAllText(Path.Combine(home.FullName, "ca.pem"), authority.RootPem);
        File.WriteAllText(Path.Combine(home.FullName, "server.pem"), serving.ExportCertificatePem());
        File.WriteAllText(Path.Combine(home.FullName, "server.key"), serving.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(Path.Combine(home.FullName, "accounts.key"), accounts.ExportRSAPrivateKeyPem());
        File.WriteAllText(Path.Combine(home.FullName, "accounts.pub"), accounts.ExportSubjectPublicKeyInfoPem());
        return home;
    }

    private HttpClient Connect(int port)
    {
        var handler = new SocketsHttpHandler
        {
            SslOptions = new SslClientAuthenticationOptions
            {
                ClientCertificates = [authority.Issue("O=system:masters, CN=admin", server: false)],
                CertificateChainPolicy = new X509ChainPolicy
                {
                    TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck,
                    CustomTrustStore = { X509Certificate2.CreateFromPem(authority.RootPem) },
                },
            },
        };
        return new HttpClient(handler) { BaseAddress = new Uri($"https://127.0.0.1:{port}/"), Timeout = StartLimit };
    }

    private async Task UntilReadyAsync(CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(StartLimit);
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!await IsReadyAsync(limit.Token))
        {
            etcd!.ThrowIfEnded();
            server!.ThrowIfEnded();
            await tick.WaitForNextTickAsync(limit.Token);
        }
    }

    private async Task<bool> IsReadyAsync(CancellationToken cancellation)
    {
        try
        {
            using var answer = await Client.GetAsync("readyz", cancellation);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false; // not listening yet
        }
    }

    // The API server first: without its store it does not end well.
    private async Task StopProgramsAsync()
    {
        Client?.Dispose();
        if (server is not null) await server.DisposeAsync();
        if (etcd is not null) await etcd.DisposeAsync();
        (server, etcd) = (null, null);
    }

    private static int[] FreePorts(int count)
    {
        var taken = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToArray();
        foreach (var listener in taken) listener.Start();
        int[] ports = [.. taken.Select(l => ((IPEndPoint)l.LocalEndpoint).Port)];
        foreach (var listener in taken) listener.Stop();
        return ports;
    }
}
