namespace Mesh.Analysis.Tests.Analyzers;

/// <summary>DestinationRules, ServiceEntries and Services.</summary>
internal static class RuleCases
{
    private const string Reviews = """
        Service default/reviews
        spec: {selector: {app: reviews}, ports: [{name: http, port: 80, targetPort: 8080}]}

        Pod default/reviews-1
        labels: {app: reviews, version: v1}
        spec: {containers: [{name: app, image: x}, {name: istio-proxy, image: y}]}


        """;

    public static IReadOnlyList<Case> All { get; } =
    [
        new("IST0128", "TLS that verifies nobody", """
            DestinationRule default/a
            spec: {host: db.example, trafficPolicy: {tls: {mode: SIMPLE}}}

            DestinationRule default/b
            spec: {host: db2.example, trafficPolicy: {tls: {mode: MUTUAL, clientCertificate: c, privateKey: k, credentialName: x}}}
            """, "DestinationRule default/a spec.trafficPolicy.tls", "DestinationRule default/b spec.trafficPolicy.tls"),
        new("IST0128", "certificates to verify with, or a choice not to", """
            DestinationRule default/a
            spec: {host: db.example, trafficPolicy: {tls: {mode: SIMPLE, caCertificates: /ca.pem}}}

            DestinationRule default/b
            spec: {host: b.example, trafficPolicy: {tls: {mode: SIMPLE, credentialName: x}}, workloadSelector: {matchLabels: {app: x}}}

            DestinationRule default/c
            spec: {host: c.example, trafficPolicy: {tls: {mode: ISTIO_MUTUAL}}}

            DestinationRule default/d
            spec: {host: d.example, trafficPolicy: {tls: {mode: SIMPLE, insecureSkipVerify: true}}}
            """),
        new("IST0129", "the same for one port", """
            DestinationRule default/a
            spec: {host: db.example, trafficPolicy: {portLevelSettings: [{port: {number: 1}, tls: {mode: DISABLE}}, {port: {number: 2}, tls: {mode: MUTUAL, clientCertificate: c, privateKey: k}}]}}
            """, "DestinationRule default/a spec.trafficPolicy.portLevelSettings[1].tls"),
        new("IST0129", "certificates to verify with", """
            DestinationRule default/a
            spec: {host: db.example, trafficPolicy: {portLevelSettings: [{port: {number: 2}, tls: {mode: SIMPLE, caCertificates: /ca.pem}}]}}
            """),
        new("IST0173", "a subset nobody is in", Reviews + """
            DestinationRule default/a
            spec: {host: reviews, subsets: [{name: v1, labels: {version: v1}}, {name: v2, labels: {version: v2}}]}
            """, "DestinationRule default/a spec.subsets[1]"),
        new("IST0173", "subsets with workloads, and files that know no workloads", Reviews + """
            DestinationRule default/a
            spec: {host: reviews, subsets: [{name: v1, labels: {version: v1}}, {name: all}]}

            Deployment default/reviews-v2
            spec: {template: {metadata: {labels: {app: reviews, version: v2}}, spec: {containers: [{name: app, image: x}]}}}

            DestinationRule default/b
            spec: {host: reviews.default.svc.cluster.local, subsets: [{name: v2, labels: {version: v2}}]}
            """),
        new("IST0174", "a host nobody has, a wildcard over nothing, a host that is hidden", Reviews + """
            ServiceEntry other/kept
            spec: {hosts: [kept.example.org], ports: [{number: 80, name: http, protocol: HTTP}], resolution: NONE, exportTo: ["."]}

            DestinationRule default/a
            spec: {host: review}

            DestinationRule default/b
            spec: {host: "*.elsewhere.svc.cluster.local"}

            DestinationRule default/c
            spec: {host: kept.example.org}
            """, "DestinationRule default/a spec.host", "DestinationRule default/b spec.host", "DestinationRule default/c spec.host"),
        new("IST0174", "known hosts, wildcards over some, hosts under a ServiceEntry's wildcard", Reviews + """
            ServiceEntry other/wild
            spec: {hosts: ["*.example.org"], ports: [{number: 80, name: http, protocol: HTTP}], resolution: NONE}

            DestinationRule default/a
            spec: {host: reviews}

            DestinationRule default/b
            spec: {host: "*.default.svc.cluster.local"}

            DestinationRule default/c
            spec: {host: api.example.org}

            DestinationRule default/d
            spec: {host: "*.example.org"}
            """),
        new("IST0113", "plain text to a workload that takes only mutual TLS", Reviews + """
            PeerAuthentication default/strict
            spec: {mtls: {mode: STRICT}}

            DestinationRule default/a
            spec: {host: reviews, trafficPolicy: {tls: {mode: DISABLE}}}
            """, "DestinationRule default/a spec.trafficPolicy"),
        new("IST0113", "mutual TLS to a port that takes none", Reviews + """
            PeerAuthentication default/plain
            spec: {selector: {matchLabels: {app: reviews}}, portLevelMtls: {8080: {mode: DISABLE}}}

            DestinationRule default/a
            spec: {host: reviews, trafficPolicy: {tls: {mode: ISTIO_MUTUAL}}}
            """, "DestinationRule default/a spec.trafficPolicy"),
        new("IST0113", "a permissive workload, or one of another namespace", Reviews + """
            PeerAuthentication other/strict
            spec: {mtls: {mode: STRICT}}

            DestinationRule default/a
            spec: {host: reviews, trafficPolicy: {tls: {mode: DISABLE}}}

            DestinationRule default/b
            spec: {host: reviews, trafficPolicy: {portLevelSettings: [{port: {number: 80}, tls: {mode: ISTIO_MUTUAL}}]}}
            """),
        new("IST0118", "ports that do not say their protocol", """
            Service default/a
            spec: {ports: [{port: 80}, {name: web, port: 81}, {name: x-http, port: 82}]}
            """, "Service default/a spec.ports[0]", "Service default/a spec.ports[1]", "Service default/a spec.ports[2]"),
        new("IST0118", "ports that do, well-known ports, and Kubernetes' own Services", """
            Service default/a
            spec: {ports: [{name: http, port: 80}, {name: GRPC-web-1, port: 81}, {name: x, port: 82, appProtocol: http2}, {name: db, port: 3306}, {name: dns, port: 5353, protocol: UDP}]}

            Service kube-system/b
            spec: {ports: [{name: x, port: 80}]}

            Service default/c
            labels: {istio: ingressgateway}
            spec: {ports: [{name: x, port: 80}]}
            """),
        new("IST0150", "an ExternalName Service with a TCP or unknown port", """
            Service default/a
            spec: {type: ExternalName, externalName: x.test, ports: [{name: tcp, port: 80}, {name: y, port: 81}]}
            """, "Service default/a spec.ports[0]", "Service default/a spec.ports[1]"),
        new("IST0150", "an ExternalName Service with HTTP, a plain one with TCP", """
            Service default/a
            spec: {type: ExternalName, externalName: x.test, ports: [{name: http, port: 80}]}

            Service default/b
            spec: {ports: [{name: tcp, port: 80}]}
            """),
        new("IST0134", "TCP and no address", """
            ServiceEntry default/a
            spec: {hosts: [x.test], ports: [{number: 1, name: a, protocol: tcp}, {number: 2, name: b}, {number: 3, name: c, protocol: HTTP}], resolution: DNS}
            """, "ServiceEntry default/a spec.ports[0]", "ServiceEntry default/a spec.ports[1]"),
        new("IST0134", "addresses, or protocols with names in them", """
            ServiceEntry default/a
            spec: {hosts: [x.test], addresses: [10.1.1.1], ports: [{number: 1, name: a, protocol: TCP}], resolution: DNS}

            ServiceEntry default/b
            spec: {hosts: [y.test], ports: [{number: 1, name: a, protocol: TLS}], resolution: DNS}
            """),
        new("IST0134", "a mesh that gives out addresses", """
            MeshConfig default
            spec: {defaultConfig: {proxyMetadata: {ISTIO_META_DNS_CAPTURE: "true", ISTIO_META_DNS_AUTO_ALLOCATE: "true"}}}

            ServiceEntry default/a
            spec: {hosts: [x.test], ports: [{number: 1, name: a, protocol: TCP}], resolution: DNS}
            """),
        new("IST0177", "one port, two protocols", """
            ServiceEntry default/a
            spec: {hosts: [x.test], ports: [{number: 1, name: a, protocol: HTTP}], resolution: DNS}

            ServiceEntry other/b
            spec: {hosts: [y.test, x.test], ports: [{number: 2, name: z, protocol: HTTP}, {number: 1, name: a, protocol: TLS}], resolution: DNS, exportTo: ["."]}
            """, "ServiceEntry default/a spec.ports[0].protocol", "ServiceEntry other/b spec.ports[1].protocol"),
        new("IST0177", "the same protocol, or nobody who sees both", """
            ServiceEntry default/a
            spec: {hosts: [x.test], ports: [{number: 1, name: a, protocol: http}], resolution: DNS}

            ServiceEntry default/b
            spec: {hosts: [x.test], ports: [{number: 1, name: a, protocol: HTTP}, {number: 2, name: b, protocol: TLS}], resolution: DNS}

            ServiceEntry foo/c
            spec: {hosts: [z.test], ports: [{number: 1, name: a, protocol: HTTP}], resolution: DNS, exportTo: ["."]}

            ServiceEntry bar/d
            spec: {hosts: [z.test], ports: [{number: 1, name: a, protocol: TLS}], resolution: DNS, exportTo: ["."]}
            """),
    ];
}
