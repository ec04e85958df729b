namespace Mesh.Analysis.Tests.Analyzers;

/// <summary>The messages that Istio does not have.</summary>
internal static class OwnCases
{
    private const string Reviews = """
        Service default/reviews
        spec: {selector: {app: reviews}, ports: [{name: http, port: 80}]}


        """;

    public static IReadOnlyList<Case> All { get; } =
    [
        new("MESH0001", "the same object twice", """
            VirtualService default/a
            spec: {hosts: [x.test], http: [{redirect: {uri: /}}]}

            VirtualService default/a
            spec: {hosts: [x.test], http: [{redirect: {uri: /b}}]}
            """, "VirtualService default/a"),
        new("MESH0001", "the same name in another namespace, or of another kind", """
            VirtualService default/a
            spec: {hosts: [x.test], http: [{redirect: {uri: /}}]}

            VirtualService other/a
            spec: {hosts: [x.test], http: [{redirect: {uri: /}}]}

            DestinationRule default/a
            spec: {host: x.test}
            """),
        new("MESH0002", "the rule of the caller's namespace lacks the subset", Reviews + """
            DestinationRule default/reviews
            spec: {host: reviews, subsets: [{name: v1, labels: {version: v1}}]}

            DestinationRule client/reviews
            spec: {host: reviews.default.svc.cluster.local, trafficPolicy: {loadBalancer: {simple: RANDOM}}}

            VirtualService client/a
            spec: {hosts: [reviews.default.svc.cluster.local], exportTo: ["."], http: [{route: [{destination: {host: reviews.default.svc.cluster.local, subset: v1}}]}]}
            """, "VirtualService client/a spec.http[0].route[0].destination.subset"),
        new("MESH0002", "the rule that has it is hidden from the callers", Reviews + """
            DestinationRule default/reviews
            spec: {host: reviews, exportTo: ["."], subsets: [{name: v1, labels: {version: v1}}]}

            VirtualService client/a
            spec: {hosts: [reviews.default.svc.cluster.local], http: [{route: [{destination: {host: reviews.default.svc.cluster.local, subset: v1}}]}]}
            """, "VirtualService client/a spec.http[0].route[0].destination.subset"),
        new("MESH0002", "the rule in force has it", Reviews + """
            DestinationRule default/reviews
            spec: {host: reviews, subsets: [{name: v1, labels: {version: v1}}]}

            DestinationRule default/wide
            spec: {host: "*.default.svc.cluster.local"}

            VirtualService client/a
            spec: {hosts: [reviews.default.svc.cluster.local], http: [{route: [{destination: {host: reviews.default.svc.cluster.local, subset: v1}}]}]}
            """),
        new("MESH0003", "a wildcard all of whose hosts have their own rules", Reviews + """
            DestinationRule default/reviews
            spec: {host: reviews}

            DestinationRule default/wide
            spec: {host: "*.default.svc.cluster.local", trafficPolicy: {tls: {mode: ISTIO_MUTUAL}}}
            """, "DestinationRule default/wide spec.host"),
        new("MESH0003", "a wildcard with a host left", Reviews + """
            DestinationRule default/reviews
            spec: {host: reviews}

            Service default/details
            spec: {ports: [{name: http, port: 80}]}

            DestinationRule default/wide
            spec: {host: "*.default.svc.cluster.local", trafficPolicy: {tls: {mode: ISTIO_MUTUAL}}}
            """),
        new("MESH0004", "two rules for one host", Reviews + """
            DestinationRule default/a
            spec: {host: reviews, trafficPolicy: {loadBalancer: {simple: RANDOM}}, subsets: [{name: v1, labels: {version: v1}}]}

            DestinationRule default/b
            spec: {host: reviews.default.svc.cluster.local, trafficPolicy: {loadBalancer: {simple: ROUND_ROBIN}}, subsets: [{name: v1}, {name: v2, labels: {version: v2}}]}
            """, "DestinationRule default/b spec.trafficPolicy", "DestinationRule default/b spec.subsets[0]"),
        new("MESH0004", "rules that complete each other, or of other namespaces", Reviews + """
            DestinationRule default/a
            spec: {host: reviews, subsets: [{name: v1, labels: {version: v1}}]}

            DestinationRule default/b
            spec: {host: reviews, trafficPolicy: {loadBalancer: {simple: RANDOM}}, subsets: [{name: v2, labels: {version: v2}}]}

            DestinationRule other/a
            spec: {host: reviews.default.svc.cluster.local, trafficPolicy: {loadBalancer: {simple: RANDOM}}}
            """),
        new("MESH0006", "exported to nobody, or to a namespace that does not exist", """
            Namespace default
            labels: {istio-injection: enabled}

            DestinationRule default/a
            spec: {host: x.test, exportTo: [gone]}

            ServiceEntry default/b
            spec: {hosts: [x.test], ports: [{number: 80, name: http, protocol: HTTP}], resolution: DNS, exportTo: ["~"]}
            """, "DestinationRule default/a spec.exportTo", "ServiceEntry default/b spec.exportTo"),
        new("MESH0006", "somebody sees it, or nobody knows the namespaces", """
            DestinationRule default/a
            spec: {host: x.test, exportTo: [gone]}

            VirtualService default/b
            spec: {hosts: [x.test], exportTo: ["."], http: [{redirect: {uri: /}}]}
            """),
        new("MESH0008", "POST again after 5xx", """
            VirtualService default/a
            spec: {hosts: [x.test], http: [{match: [{method: {exact: POST}}], retries: {attempts: 3, retryOn: "connect-failure,5xx"}, route: [{destination: {host: x.test}}]}]}
            """, "VirtualService default/a spec.http[0].retries"),
        new("MESH0008", "POST again when it cannot have arrived, GET again whenever", """
            VirtualService default/a
            spec:
              hosts: [x.test]
              http:
              - {match: [{method: {exact: POST}}], retries: {attempts: 3, retryOn: "connect-failure,refused-stream"}, route: [{destination: {host: x.test}}]}
              - {match: [{method: {exact: GET}}], retries: {attempts: 3, retryOn: 5xx}, route: [{destination: {host: x.test}}]}
              - {match: [{method: {exact: POST}}], retries: {attempts: 0, retryOn: 5xx}, route: [{destination: {host: x.test}}]}
            """),
        new("MESH0009", "a delegate that is not there, or is none", """
            VirtualService default/root
            spec:
              hosts: [x.test]
              http:
              - {match: [{uri: {prefix: /a}}], delegate: {name: gone}}
              - {match: [{uri: {prefix: /b}}], delegate: {name: own, namespace: other}}

            VirtualService other/own
            spec: {hosts: [y.test], http: [{redirect: {uri: /}}]}
            """, "VirtualService default/root spec.http[0].delegate", "VirtualService default/root spec.http[1].delegate"),
        new("MESH0009", "a delegate", """
            VirtualService default/root
            spec: {hosts: [x.test], http: [{match: [{uri: {prefix: /a}}], delegate: {name: part}}]}

            VirtualService default/part
            spec: {http: [{redirect: {uri: /}}]}
            """),
        new("MESH0010", "HTTP rules for a database", """
            Service default/db
            spec: {ports: [{name: tcp, port: 1}, {name: mysql, port: 3306}]}

            VirtualService default/a
            spec: {hosts: [db], http: [{route: [{destination: {host: db}}]}]}
            """, "VirtualService default/a spec.hosts[0]"),
        new("MESH0010", "a port whose protocol is detected", """
            Service default/db
            spec: {ports: [{name: tcp, port: 1}, {name: web, port: 80}]}

            VirtualService default/a
            spec: {hosts: [db], http: [{route: [{destination: {host: db, port: {number: 80}}}]}]}
            """),
        new("MESH0011", "a host nobody has, for sidecars", Reviews + """
            VirtualService default/a
            spec: {hosts: [reviews, revews, "*.gone.test"], http: [{redirect: {uri: /}}]}
            """, "VirtualService default/a spec.hosts[1]", "VirtualService default/a spec.hosts[2]"),
        new("MESH0011", "known hosts, and hosts of gateways", Reviews + """
            VirtualService default/a
            spec: {hosts: [reviews, "*.svc.cluster.local"], http: [{redirect: {uri: /}}]}

            VirtualService default/b
            spec: {hosts: [shop.test], gateways: [edge], http: [{redirect: {uri: /}}]}
            """),
        new("MESH0012", "a Gateway nobody is bound to", """
            Gateway default/g
            spec: {selector: {istio: edge}, servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: ["*"]}]}

            VirtualService other/a
            spec: {hosts: [x.test], gateways: [g], http: [{redirect: {uri: /}}]}
            """, "Gateway default/g"),
        new("MESH0012", "a Gateway with routes, or that passes connections by their names", """
            Gateway default/g
            spec: {selector: {istio: edge}, servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: ["*"]}]}

            VirtualService other/a
            spec: {hosts: [x.test], gateways: [default/g], http: [{redirect: {uri: /}}]}

            Gateway default/h
            spec: {selector: {istio: east}, servers: [{port: {number: 15443, name: tls, protocol: TLS}, hosts: ["*.local"], tls: {mode: AUTO_PASSTHROUGH}}]}
            """),
        new("MESH0013", "mutual TLS to a workload without a sidecar", Reviews + """
            LocalMesh m
            spec: {workloads: [{name: reviews, labels: {app: reviews}, sidecar: false}]}

            DestinationRule default/a
            spec: {host: reviews, trafficPolicy: {tls: {mode: ISTIO_MUTUAL}}}
            """, "DestinationRule default/a spec.trafficPolicy"),
        new("MESH0013", "mutual TLS to one with a sidecar", Reviews + """
            LocalMesh m
            spec: {workloads: [{name: reviews, labels: {app: reviews}}]}

            DestinationRule default/a
            spec: {host: reviews, trafficPolicy: {tls: {mode: ISTIO_MUTUAL}}}
            """),
        new("MESH0014", "a Service whose labels nobody has", Reviews + """
            LocalMesh m
            spec: {workloads: [{name: reviews, labels: {app: review}}]}
            """, "Service default/reviews spec.selector"),
        new("MESH0014", "a Service with workloads, one without a selector, and files without workloads", Reviews + """
            LocalMesh m
            spec: {workloads: [{name: reviews, labels: {app: reviews}}]}

            Service default/external
            spec: {ports: [{name: http, port: 80}]}
            """),
    ];
}
