namespace Mesh.Analysis.Tests.Analyzers;

/// <summary>Namespaces, Pods, Deployments and their annotations.</summary>
internal static class WorkloadCases
{
    private const string Injected = """
        Namespace shop
        labels: {istio-injection: enabled}


        """;

    public static IReadOnlyList<Case> All { get; } =
    [
        new("IST0102", "a namespace that says nothing", "Namespace shop", "Namespace shop"),
        new("IST0102", "namespaces that say something, and Kubernetes' own", """
            Namespace a
            labels: {istio-injection: disabled}

            Namespace b
            labels: {istio.io/rev: canary}

            Namespace kube-system
            """),
        new("IST0123", "two labels", """
            Namespace a
            labels: {istio.io/rev: canary, istio-injection: enabled}
            """, "Namespace a metadata.labels"),
        new("IST0123", "one label", """
            Namespace a
            labels: {istio.io/rev: canary}
            """),
        new("IST0103", "a Pod without its sidecar", Injected + """
            Pod shop/a
            spec: {containers: [{name: app, image: x}]}
            """, "Pod shop/a"),
        new("IST0103", "Pods with a sidecar, that want none, that cannot have one, or of no such namespace", Injected + """
            Pod shop/a
            spec: {containers: [{name: app, image: x}, {name: istio-proxy, image: y}]}

            Pod shop/b
            spec: {containers: [{name: app, image: x}], initContainers: [{name: istio-proxy, image: y}]}

            Pod shop/c
            labels: {sidecar.istio.io/inject: "false"}
            spec: {containers: [{name: app, image: x}]}

            Pod shop/d
            annotations: {sidecar.istio.io/inject: "false"}
            spec: {containers: [{name: app, image: x}]}

            Pod shop/e
            spec: {hostNetwork: true, containers: [{name: app, image: x}]}

            Pod other/f
            spec: {containers: [{name: app, image: x}]}
            """),
        new("IST0107", "a Pod's annotation on a Deployment and a Namespace", """
            Deployment shop/a
            annotations: {sidecar.istio.io/logLevel: debug}
            spec: {}

            Namespace shop
            labels: {istio-injection: enabled}
            annotations: {traffic.sidecar.istio.io/includeInboundPorts: "80"}
            """, "Deployment shop/a metadata.annotations[\"sidecar.istio.io/logLevel\"]",
            "Namespace shop metadata.annotations[\"traffic.sidecar.istio.io/includeInboundPorts\"]"),
        new("IST0107", "annotations in their places", """
            Pod shop/a
            annotations: {sidecar.istio.io/logLevel: debug, galley.istio.io/analyze-suppress: IST9999, example.com/x: y}
            spec: {}

            Service shop/b
            annotations: {networking.istio.io/exportTo: "*"}
            spec: {ports: [{name: http, port: 80}]}
            """),
        new("IST0108", "annotations Istio does not know", """
            Service shop/a
            annotations: {networking.istio.io/non-exist: bar}
            spec: {ports: [{name: http, port: 80}]}
            """, "Service shop/a metadata.annotations[\"networking.istio.io/non-exist\"]"),
        new("IST0108", "other people's annotations", """
            Service shop/a
            annotations: {prometheus.io/scrape: "true", kubernetes.io/ingress.class: istio}
            spec: {ports: [{name: http, port: 80}]}
            """),
        new("IST0125", "values that mean nothing", """
            Pod shop/a
            annotations: {sidecar.istio.io/interceptionMode: foo, traffic.sidecar.istio.io/excludeInboundPorts: "80,x", traffic.sidecar.istio.io/includeOutboundIPRanges: 10.0.0.1, sidecar.istio.io/rewriteAppHTTPProbers: maybe}
            spec: {}
            """, "Pod shop/a metadata.annotations[\"sidecar.istio.io/interceptionMode\"]", "Pod shop/a metadata.annotations[\"traffic.sidecar.istio.io/excludeInboundPorts\"]",
            "Pod shop/a metadata.annotations[\"traffic.sidecar.istio.io/includeOutboundIPRanges\"]", "Pod shop/a metadata.annotations[\"sidecar.istio.io/rewriteAppHTTPProbers\"]"),
        new("IST0125", "values that do", """
            Pod shop/a
            annotations: {sidecar.istio.io/interceptionMode: TPROXY, traffic.sidecar.istio.io/excludeInboundPorts: "80, 81", traffic.sidecar.istio.io/includeOutboundIPRanges: "10.0.0.0/8,fd00::/8", traffic.sidecar.istio.io/includeInboundPorts: "*"}
            spec: {}
            """),
        new("IST0135", "an annotation that a label replaced", """
            Pod shop/a
            annotations: {sidecar.istio.io/inject: "true"}
            spec: {}
            """, "Pod shop/a metadata.annotations[\"sidecar.istio.io/inject\"]"),
        new("IST0135", "both, for old versions", """
            Pod shop/a
            labels: {sidecar.istio.io/inject: "true"}
            annotations: {sidecar.istio.io/inject: "true"}
            spec: {}
            """),
        new("IST0116", "one port, TCP and UDP", Injected + """
            Deployment shop/d
            spec: {template: {metadata: {labels: {app: d}}, spec: {containers: []}}}

            Service shop/a
            spec: {selector: {app: d}, ports: [{name: http, port: 80}]}

            Service shop/b
            spec: {selector: {app: d}, ports: [{name: dns, port: 80, protocol: UDP}]}
            """, "Deployment shop/d"),
        new("IST0116", "other ports, or other namespaces, or nobody's", Injected + """
            Deployment shop/d
            spec: {template: {metadata: {labels: {app: d}}, spec: {containers: []}}}

            Service shop/a
            spec: {selector: {app: d}, ports: [{name: http, port: 80, protocol: TCP}]}

            Service shop/b
            spec: {selector: {app: d}, ports: [{name: http, port: 80}, {name: dns, port: 53, protocol: UDP}]}

            Service other/c
            spec: {selector: {app: d}, ports: [{name: dns, port: 80, protocol: UDP}]}

            Service shop/d
            spec: {ports: [{name: dns, port: 80, protocol: UDP}]}
            """),
        new("IST0137", "one target port by two ports", Injected + """
            Deployment shop/d
            spec: {template: {metadata: {labels: {app: d}}, spec: {containers: []}}}

            Service shop/a
            spec: {selector: {app: d}, ports: [{name: http, port: 80, targetPort: 9090}]}

            Service shop/b
            spec: {selector: {app: d}, ports: [{name: http, port: 9090}]}
            """, "Deployment shop/d"),
        new("IST0137", "the same port, and a Deployment outside the mesh", """
            Namespace shop
            labels: {istio-injection: disabled}

            Deployment shop/d
            spec: {template: {metadata: {labels: {app: d}}, spec: {containers: []}}}

            Service shop/a
            spec: {selector: {app: d}, ports: [{name: http, port: 80, targetPort: 9090}]}

            Service shop/b
            spec: {selector: {app: d}, ports: [{name: http, port: 9090}]}

            Deployment other/e
            spec: {template: {metadata: {labels: {app: e}}, spec: {containers: []}}}

            Service other/a
            spec: {selector: {app: e}, ports: [{name: http, port: 80, targetPort: 9090}]}

            Service other/b
            spec: {selector: {app: e}, ports: [{name: http, port: 80, targetPort: 9090}]}
            """),
        new("IST0144", "applications as user 1337", """
            Pod shop/a
            spec: {securityContext: {runAsUser: 1337}, containers: []}

            Deployment shop/b
            spec: {template: {spec: {containers: [{name: x, image: y}, {name: app, image: x, securityContext: {runAsUser: 1337}}]}}}
            """, "Pod shop/a spec.securityContext.runAsUser", "Deployment shop/b spec.template.spec.containers[1].securityContext.runAsUser"),
        new("IST0144", "the sidecar as user 1337", """
            Pod shop/a
            spec: {securityContext: {runAsUser: 1000}, containers: [{name: istio-proxy, image: x, securityContext: {runAsUser: 1337}}]}

            Deployment shop/istiod
            labels: {istio: pilot}
            spec: {template: {spec: {securityContext: {runAsUser: 1337}}}}
            """),
        new("IST0146", "a Deployment that waits for injection in vain", """
            Deployment shop/a
            spec: {template: {spec: {containers: [{name: istio-proxy, image: auto}]}}}
            """, "Deployment shop/a spec.template.spec.containers[0].image"),
        new("IST0146", "Deployments that are injected by namespace or label", Injected + """
            Deployment shop/a
            spec: {template: {spec: {containers: [{name: istio-proxy, image: auto}]}}}

            Deployment other/b
            spec: {template: {metadata: {labels: {sidecar.istio.io/inject: "true"}}, spec: {containers: [{name: istio-proxy, image: auto}]}}}
            """),
        new("IST0147", "a Pod that was not injected", """
            Pod shop/a
            spec: {containers: [{name: istio-proxy, image: auto}]}
            """, "Pod shop/a spec.containers[0].image"),
        new("IST0147", "a Pod that was", """
            Pod shop/a
            spec: {containers: [{name: istio-proxy, image: proxyv2}, {name: app, image: auto}]}
            """),
        new("IST0171", "a condition that is false", """
            ServiceEntry default/a
            spec: {hosts: [x.test], ports: [{number: 1, name: a, protocol: HTTP}], resolution: DNS}
            status: {conditions: [{type: Ok, status: "True"}, {type: Bound, status: "False", reason: NoWaypoint, message: none}]}
            """, "ServiceEntry default/a status.conditions[1]"),
        new("IST0171", "conditions that are true, and other kinds'", """
            ServiceEntry default/a
            spec: {hosts: [x.test], ports: [{number: 1, name: a, protocol: HTTP}], resolution: DNS}
            status: {conditions: [{type: Ok, status: "True"}]}

            Gateway default/g
            spec: {selector: {istio: edge}, servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: ["*"]}]}
            status: {conditions: [{type: Ok, status: "False"}]}
            """),
    ];
}
