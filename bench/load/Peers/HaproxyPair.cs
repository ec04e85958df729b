using System.Net;
using Mesh.Bench.Kernel;

namespace Mesh.Bench.Peers;

/// <summary>
/// Two haproxy processes doing what our pair does of bare proxying: HTTP/1.1 keep-alive in, TLS 1.3 with both certificates verified
/// between, pooled connections to the next hop, no access log.
/// </summary>
internal sealed class HaproxyPair : IProxyPair
{
    private readonly Child _client;
    private readonly Child _server;

    public HaproxyPair(string folder, PeerCertificates certificates, IPEndPoint application, int threads)
    {
        var program = Programs.Find("haproxy", "haproxy");
        Description = $"{Programs.Version(program, "-v")}; nbthread {threads}";
        Secured = new IPEndPoint(IPAddress.Loopback, Programs.FreePort());
        Entry = new IPEndPoint(IPAddress.Loopback, Programs.FreePort());

        _server = Start(program, folder, "server", threads, $"""
            frontend in
              bind {Secured} ssl crt {certificates.ServerBoth} ca-file {certificates.Root} verify required ssl-min-ver TLSv1.3
              default_backend next
            backend next
              http-reuse always
              server application {application} pool-max-conn 256
            """);
        _client = Start(program, folder, "client", threads, $"""
            frontend in
              bind {Entry}
              default_backend next
            backend next
              http-reuse always
              server peer {Secured} pool-max-conn 256 ssl crt {certificates.ClientBoth} ca-file {certificates.Root} verify required verifyhost {PeerCertificates.ServerName} sni str({PeerCertificates.ServerName}) ssl-min-ver TLSv1.3
            """);
    }

    public string Name => "haproxy";

    public string Description { get; }

    public IPEndPoint Entry { get; }

    public string Host => "echo";

    public IPEndPoint Secured { get; }

    public string? Failure => _client.Failure ?? _server.Failure;

    public Usage? ClientSide => Usage.Of(_client.Id);

    public Usage? ServerSide => Usage.Of(_server.Id);

    public Task<string?> VerifyAsync(long requests, CancellationToken cancellation) => Task.FromResult<string?>(null);

    public void Dispose()
    {
        _client.Dispose();
        _server.Dispose();
    }

    private static Child Start(string program, string folder, string side, int threads, string rest)
    {
        var file = Path.Combine(folder, $"haproxy-{side}.cfg");
        File.WriteAllText(file, $"""
            global
              nbthread {threads}
              maxconn 4096
            defaults
              mode http
              timeout connect 5s
              timeout client 60s
              timeout server 60s
              timeout http-keep-alive 60s
            {rest}

            """);
        return Child.Start(Path.Combine(folder, $"haproxy-{side}.log"), program, "-db", "-f", file);
    }
}
