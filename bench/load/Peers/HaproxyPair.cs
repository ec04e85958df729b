using System.Net;
using Mesh.Bench.Kernel;

namespace Mesh.Bench.Peers;

/// <summary>
/// Two haproxy processes doing what our pair does of bare proxying: HTTP/1.1 keep-alive in, TLS 1.3 with both certificates verified
/// between, pooled connections to the next hop, no access log.
/// </summary>
internal sealed class HaproxyPair : ProgramPair
{
    public HaproxyPair(string folder, PeerCertificates certificates, IPEndPoint application, int threads)
        : base("haproxy")
    {
        var program = Programs.Find("haproxy", "haproxy");
        Description = $"{Programs.Version(program, "-v")}; nbthread {threads}";
        Server = Start(program, folder, "server", threads, $"""
            frontend in
              bind {Secured} ssl crt {certificates.ServerBoth} ca-file {certificates.Root} verify required ssl-min-ver TLSv1.3
              default_backend next
            backend next
              http-reuse always
              server application {application} pool-max-conn 256
            """);
        Client = Start(program, folder, "client", threads, $"""
            frontend in
              bind {Entry}
              default_backend next
            backend next
              http-reuse always
              server peer {Secured} pool-max-conn 256 ssl crt {certificates.ClientBoth} ca-file {certificates.Root} verify required verifyhost {PeerCertificates.ServerName} sni str({PeerCertificates.ServerName}) ssl-min-ver TLSv1.3
            """);
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
