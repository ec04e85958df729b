using System.Net;
using Mesh.Bench.Kernel;

namespace Mesh.Bench.Peers;

/// <summary>
/// Two nginx (a master with workers each) doing what our pair does of bare proxying: HTTP/1.1 keep-alive in, TLS 1.3 with both
/// certificates verified between, pooled connections to the next hop, no access log.
/// </summary>
internal sealed class NginxPair : ProgramPair
{
    public NginxPair(string folder, PeerCertificates certificates, IPEndPoint application, int workers)
        : base("nginx")
    {
        var program = Programs.Find("nginx", "nginx");
        Description = $"{Programs.Version(program, "-v")}; worker_processes {workers}";
        Server = Start(program, folder, "server", workers, application, $$"""
            listen {{Secured}} ssl;
                ssl_certificate {{certificates.ServerCertificate}};
                ssl_certificate_key {{certificates.ServerKey}};
                ssl_client_certificate {{certificates.Root}};
                ssl_verify_client on;
                ssl_protocols TLSv1.3;
                location / { proxy_pass http://next; }
            """);
        Client = Start(program, folder, "client", workers, Secured, $$"""
            listen {{Entry}};
                location / { proxy_pass https://next; }
                proxy_ssl_certificate {{certificates.ClientCertificate}};
                proxy_ssl_certificate_key {{certificates.ClientKey}};
                proxy_ssl_trusted_certificate {{certificates.Root}};
                proxy_ssl_verify on;
                proxy_ssl_name {{PeerCertificates.ServerName}};
                proxy_ssl_server_name on;
                proxy_ssl_protocols TLSv1.3;
            """);
    }

    /// <summary>keepalive_requests is 1,000 unless said otherwise, on either leg; haproxy and we have no such limit.</summary>
    private static Child Start(string program, string folder, string side, int workers, IPEndPoint next, string server)
    {
        var own = Directory.CreateDirectory(Path.Combine(folder, $"nginx-{side}")).FullName;
        var file = Path.Combine(own, "nginx.conf");
        File.WriteAllText(file, $$"""
            daemon off;
            {{(Environment.IsPrivilegedProcess ? "user root;" : "")}}
            worker_processes {{workers}};
            pid {{own}}/nginx.pid;
            error_log {{own}}/error.log;
            events { worker_connections 1024; }
            http {
              access_log off;
              client_body_temp_path {{own}}/body;
              proxy_temp_path {{own}}/proxy;
              fastcgi_temp_path {{own}}/fastcgi;
              uwsgi_temp_path {{own}}/uwsgi;
              scgi_temp_path {{own}}/scgi;
              keepalive_requests 1000000000;
              proxy_http_version 1.1;
              proxy_set_header Connection "";
              upstream next {
                server {{next}};
                keepalive 256;
                keepalive_requests 1000000000;
              }
              server {
                {{server}}
              }
            }

            """);
        return Child.Start(Path.Combine(own, "output.log"), program, "-c", file, "-p", own);
    }
}
