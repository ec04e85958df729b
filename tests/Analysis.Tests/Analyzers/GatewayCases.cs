using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Mesh.Analysis.Tests.Analyzers;

/// <summary>Gateways, their workloads and their certificates.</summary>
internal static class GatewayCases
{
    private const string Edge = """
        Pod edge-system/edge-1
        labels: {istio: edge}
        spec: {containers: [{name: istio-proxy, image: y}]}

        Service edge-system/edge
        spec: {selector: {istio: edge}, ports: [{name: http, port: 80, targetPort: 8080}, {name: other, port: 9000}, {name: quic, port: 8443, protocol: UDP}]}


        """;

    private static string Secure(string secret) => Edge + $$$"""
        Gateway default/g
        spec: {selector: {istio: edge}, servers: [{port: {number: 8080, name: https, protocol: HTTPS}, hosts: ["*"], tls: {mode: SIMPLE, credentialName: shop}}]}

        {{{secret}}}
        """;

    public static IReadOnlyList<Case> All { get; } =
    [
        new("IST0101", "a Gateway that selects no workload", Edge + """
            Gateway default/g
            spec: {selector: {istio: bogus}, servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: ["*"]}]}
            """, "Gateway default/g spec.selector"),
        new("IST0101", "a Gateway where no workloads are known", """
            Gateway default/g
            spec: {selector: {istio: bogus}, servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: ["*"]}]}
            """),
        new("IST0101", "the gateways of an installation, which files about applications do not hold", Edge + """
            Gateway default/in
            spec: {selector: {istio: ingressgateway}, servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: ["*"]}]}

            Gateway default/chart
            spec: {selector: {istio: ingressgateway, app: istio-ingressgateway}, servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: ["*"]}]}

            Gateway default/out
            spec: {selector: {istio: egressgateway}, servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: ["*"]}]}
            """),
        new("IST0101", "the default gateway where a LocalMesh names others", """
            LocalMesh m
            spec: {gateways: [{name: local, labels: {istio: local}}]}

            Gateway default/in
            spec: {selector: {istio: ingressgateway}, servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: ["*"]}]}
            """, "Gateway default/in spec.selector"),
        new("IST0162", "ports no Service leads to", Edge + """
            Gateway default/g
            spec: {selector: {istio: edge}, servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: ["*"]}, {port: {number: 8443, name: https, protocol: HTTP}, hosts: ["*"]}]}
            """, "Gateway default/g spec.servers[0].port.number", "Gateway default/g spec.servers[1].port.number"),
        new("IST0162", "target ports, and gateways that have no Service outside Kubernetes", Edge + """
            Gateway default/g
            spec: {selector: {istio: edge}, servers: [{port: {number: 8080, name: http, protocol: HTTP}, hosts: ["*"]}, {port: {number: 9000, name: o, protocol: HTTP}, hosts: ["*"]}]}

            LocalMesh m
            spec: {gateways: [{name: local, labels: {istio: local}}]}

            Gateway default/l
            spec: {selector: {istio: local}, servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: ["*"]}]}
            """),
        new("IST0145", "one port and host of the same proxies", """
            Gateway default/a
            spec: {selector: {istio: edge}, servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: ["*.shop.test"]}]}

            Gateway other/b
            spec: {selector: {istio: edge, app: edge}, servers: [{port: {number: 81, name: x, protocol: HTTP}, hosts: ["*"]}, {port: {number: 80, name: http, protocol: HTTP}, hosts: [www.shop.test]}]}
            """, "Gateway default/a spec.servers[0]", "Gateway other/b spec.servers[1]"),
        new("IST0145", "a wildcard for part of a label, and all proxies", """
            Gateway default/a
            spec: {selector: {istio: edge, tier: x}, servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: ["*-eu.shop.test"]}]}

            Gateway other/b
            spec: {selector: {tier: x}, servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: [a-eu.shop.test, b.shop.test]}]}

            Gateway other/c
            spec: {selector: {tier: other}, servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: ["*"]}]}

            Gateway other/d
            spec: {selector: {tier: x}, servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: [c.shop.test]}]}
            """, "Gateway default/a spec.servers[0]", "Gateway other/b spec.servers[0]"),
        new("IST0145", "other ports, hosts, namespaces of hosts, or proxies", """
            Gateway default/a
            spec: {selector: {istio: edge}, servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: [shop.test, one/x.test]}]}

            Gateway default/b
            spec: {selector: {istio: edge}, servers: [{port: {number: 81, name: http, protocol: HTTP}, hosts: [shop.test]}]}

            Gateway default/c
            spec: {selector: {istio: edge}, servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: [other.test, two/x.test]}]}

            Gateway default/d
            spec: {selector: {istio: inner}, servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: [shop.test]}]}

            Gateway default/e
            spec: {selector: {istio: one}, servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: [a.test]}, {port: {number: 80, name: http2, protocol: HTTP}, hosts: [a.test]}]}
            """),
        new("IST0138", "one certificate in two Gateways", """
            Gateway default/a
            spec: {selector: {istio: edge}, servers: [{port: {number: 443, name: https, protocol: HTTPS}, hosts: [a.test], tls: {mode: SIMPLE, credentialName: c}}]}

            Gateway default/b
            spec: {selector: {istio: edge, app: x}, servers: [{port: {number: 443, name: https, protocol: HTTPS}, hosts: [b.test], tls: {mode: SIMPLE, credentialName: c}}]}
            """, "Gateway default/a spec.servers[0].tls.credentialName", "Gateway default/b spec.servers[0].tls.credentialName"),
        new("IST0138", "other certificates, or other proxies, or one Gateway", """
            Gateway default/a
            spec: {selector: {istio: edge}, servers: [{port: {number: 443, name: https, protocol: HTTPS}, hosts: [a.test], tls: {mode: SIMPLE, serverCertificate: /c, privateKey: /k}}]}

            Gateway default/b
            spec: {selector: {istio: edge}, servers: [{port: {number: 443, name: https, protocol: HTTPS}, hosts: [b.test], tls: {mode: SIMPLE, serverCertificate: /c, privateKey: /k2}}]}

            Gateway default/c
            spec: {selector: {istio: inner}, servers: [{port: {number: 443, name: https, protocol: HTTPS}, hosts: [c.test], tls: {mode: SIMPLE, serverCertificate: /c, privateKey: /k}}]}

            Gateway default/d
            spec: {selector: {istio: d}, servers: [{port: {number: 443, name: x, protocol: HTTPS}, hosts: [d.test], tls: {mode: SIMPLE, credentialName: c}}, {port: {number: 444, name: y, protocol: HTTPS}, hosts: [d.test], tls: {mode: SIMPLE, credentialName: c}}]}
            """),
        new("IST0101", "a Secret of another namespace than the proxies'", Secure("""
            Secret default/shop
            data: {tls.crt: eA==, tls.key: eA==}
            """), "Gateway default/g spec.servers[0].tls.credentialName"),
        new("IST0161", "a Secret that is no certificate", Secure("""
            Secret edge-system/shop
            data: {tls.crt: eA==, tls.key: eA==}
            """), "Gateway default/g spec.servers[0].tls.credentialName"),
        new("IST0161", "a certificate that expired", Secure(Certificate("edge-system/shop", -20, -10)), "Gateway default/g spec.servers[0].tls.credentialName"),
        new("IST0161", "a certificate and its key", Secure(Certificate("edge-system/shop", -1, 10))),
    ];

    private static string Certificate(string name, int from, int to)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=shop.test", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(from), TimeProvider.System.GetUtcNow().AddDays(to));
        return $"Secret {name}\ndata: {{tls.crt: {Encoded(certificate.ExportCertificatePem())}, tls.key: {Encoded(key.ExportPkcs8PrivateKeyPem())}}}";
    }

    private static string Encoded(string pem) => Convert.ToBase64String(Encoding.UTF8.GetBytes(pem));
}
