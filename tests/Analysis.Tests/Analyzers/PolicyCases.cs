namespace Mesh.Analysis.Tests.Analyzers;

/// <summary>Objects that select workloads.</summary>
internal static class PolicyCases
{
    private const string Workloads = """
        Pod default/a-1
        labels: {app: a, tier: web}
        spec: {containers: [{name: app, image: x}, {name: istio-proxy, image: y}]}

        Pod default/b-1
        labels: {app: b, tier: web}
        spec: {containers: [{name: app, image: x}, {name: istio-proxy, image: y}]}

        Pod other/c-1
        labels: {app: c}
        spec: {containers: [{name: app, image: x}, {name: istio-proxy, image: y}]}


        """;

    public static IReadOnlyList<Case> All { get; } =
    [
        new("IST0101", "a Sidecar that selects nothing in its namespace", Workloads + """
            Sidecar default/s
            spec: {workloadSelector: {labels: {app: c}}, egress: [{hosts: ["*/*"]}]}
            """, "Sidecar default/s spec.workloadSelector"),
        new("IST0110", "Sidecars that meet on a workload", Workloads + """
            Sidecar default/one
            spec: {workloadSelector: {labels: {app: a}}, egress: [{hosts: ["*/*"]}]}

            Sidecar default/two
            spec: {workloadSelector: {labels: {tier: web}}, egress: [{hosts: ["*/*"]}]}
            """, "Sidecar default/one spec.workloadSelector", "Sidecar default/two spec.workloadSelector"),
        new("IST0110", "Sidecars that do not meet, one for the namespace among them", Workloads + """
            Sidecar default/one
            spec: {workloadSelector: {labels: {app: a}}, egress: [{hosts: ["*/*"]}]}

            Sidecar default/two
            spec: {workloadSelector: {labels: {app: b}}, egress: [{hosts: ["*/*"]}]}

            Sidecar default/rest
            spec: {egress: [{hosts: ["*/*"]}]}
            """),
        new("IST0111", "two Sidecars for one namespace", """
            Sidecar default/one
            spec: {egress: [{hosts: ["*/*"]}]}

            Sidecar default/two
            spec: {egress: [{hosts: ["*/*"]}]}
            """, "Sidecar default/one", "Sidecar default/two"),
        new("IST0111", "one for each namespace", """
            Sidecar default/one
            spec: {egress: [{hosts: ["*/*"]}]}

            Sidecar other/two
            spec: {egress: [{hosts: ["*/*"]}]}

            Sidecar default/three
            spec: {workloadSelector: {labels: {app: b}}, egress: [{hosts: ["*/*"]}]}
            """),
        new("IST0127", "policies without workloads to protect", Workloads + """
            Namespace empty
            labels: {istio-injection: enabled}

            AuthorizationPolicy empty/wide
            spec: {}

            AuthorizationPolicy default/none
            spec: {selector: {matchLabels: {app: c}}}

            AuthorizationPolicy mesh-system/nowhere
            spec: {selector: {matchLabels: {app: z}}}

            Pod other/outside
            labels: {app: outside, sidecar.istio.io/inject: "false"}
            spec: {containers: [{name: app, image: x}]}

            AuthorizationPolicy other/outside
            spec: {selector: {matchLabels: {app: outside}}}
            """, "AuthorizationPolicy empty/wide", "AuthorizationPolicy default/none spec.selector", "AuthorizationPolicy mesh-system/nowhere spec.selector", "AuthorizationPolicy other/outside spec.selector"),
        new("IST0127", "policies with workloads, for the mesh, or by reference", Workloads + """
            AuthorizationPolicy default/wide
            spec: {}

            AuthorizationPolicy mesh-system/all
            spec: {}

            AuthorizationPolicy mesh-system/some
            spec: {selector: {matchLabels: {app: c}}}

            AuthorizationPolicy nobody/ref
            spec: {targetRefs: [{kind: Gateway, group: gateway.networking.k8s.io, name: g}]}
            """),
        new("IST0127", "files without workloads", """
            AuthorizationPolicy default/wide
            spec: {selector: {matchLabels: {app: c}}}
            """),
        new("IST0101", "namespaces that do not exist", """
            Namespace default
            labels: {istio-injection: enabled}

            AuthorizationPolicy default/a
            spec: {rules: [{from: [{source: {namespaces: [default, "def*", gone, "*"]}}, {source: {notNamespaces: ["*-gone"]}}]}]}
            """, "AuthorizationPolicy default/a spec.rules[0].from[0].source.namespaces[2]", "AuthorizationPolicy default/a spec.rules[0].from[1].source.notNamespaces[0]"),
        new("IST0119", "a token for a database", Workloads + """
            Service default/a
            spec: {selector: {app: a}, ports: [{name: http, port: 80}, {name: mysql, port: 3306}]}

            RequestAuthentication default/r
            spec: {selector: {matchLabels: {app: a}}, jwtRules: [{issuer: i, jwksUri: "https://i.test/keys"}]}
            """, "RequestAuthentication default/r spec.selector"),
        new("IST0119", "HTTP, detected protocols, other workloads", Workloads + """
            Service default/a
            spec: {selector: {app: a}, ports: [{name: http, port: 80}, {name: web, port: 81}]}

            Service default/b
            spec: {selector: {app: b}, ports: [{name: tcp, port: 80}]}

            RequestAuthentication default/r
            spec: {selector: {matchLabels: {app: a}}, jwtRules: [{issuer: i, jwksUri: "https://i.test/keys"}]}
            """),
        new("IST0149", "claims nobody verifies at the gateway", Workloads + """
            Gateway default/g
            spec: {selector: {app: a}, servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: ["*"]}]}

            RequestAuthentication default/r
            spec: {selector: {matchLabels: {app: b}}, jwtRules: [{issuer: i, jwksUri: "https://i.test/keys"}]}

            VirtualService default/v
            spec: {hosts: [x.test], gateways: [g], http: [{match: [{headers: {"@request.auth.claims.group": {exact: admin}}}], redirect: {uri: /}}]}
            """, "VirtualService default/v spec.http[0].match[0].headers[\"@request.auth.claims.group\"]"),
        new("IST0149", "claims that are verified, by the namespace's or the root's policy", Workloads + """
            Gateway default/g
            spec: {selector: {app: a}, servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: ["*"]}]}

            Gateway other/h
            spec: {selector: {app: c}, servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: ["*"]}]}

            RequestAuthentication default/r
            spec: {jwtRules: [{issuer: i, jwksUri: "https://i.test/keys"}]}

            RequestAuthentication mesh-system/s
            spec: {selector: {matchLabels: {app: c}}, jwtRules: [{issuer: i, jwksUri: "https://i.test/keys"}]}

            VirtualService default/v
            spec: {hosts: [x.test], gateways: [g, other/h], http: [{match: [{withoutHeaders: {"@request.auth.claims.group": {exact: admin}}}], redirect: {uri: /}}]}
            """),
        new("IST0157", "logs without a provider", """
            Telemetry default/t
            spec: {accessLogging: [{providers: [{name: p}]}, {}]}
            """, "Telemetry default/t spec.accessLogging[1]"),
        new("IST0157", "a provider, none wanted, or a default one", """
            Telemetry default/t
            spec: {accessLogging: [{providers: [{name: p}]}, {disabled: true}]}
            """),
        new("IST0157", "the mesh's default provider", """
            MeshConfig default
            spec: {defaultProviders: {accessLogging: [p]}, extensionProviders: [{name: p, envoyFileAccessLog: {path: /dev/stdout}}]}

            Telemetry default/t
            spec: {accessLogging: [{}]}
            """),
        new("IST0002", "Lightstep's own tracing", """
            MeshConfig default
            spec: {extensionProviders: [{name: old, lightstep: {service: s.test, port: 1, accessToken: t}}, {name: new, opentelemetry: {service: s.test, port: 1}}]}

            Telemetry default/t
            spec: {tracing: [{providers: [{name: old}]}, {providers: [{name: new}]}]}
            """, "Telemetry default/t spec.tracing[0].providers[0]"),
        new("IST0159", "Telemetries that meet on a workload", Workloads + """
            Telemetry default/one
            spec: {selector: {matchLabels: {app: a}}}

            Telemetry default/two
            spec: {selector: {matchLabels: {tier: web}}}
            """, "Telemetry default/one spec.selector", "Telemetry default/two spec.selector"),
        new("IST0159", "Telemetries that do not", Workloads + """
            Telemetry default/one
            spec: {selector: {matchLabels: {app: a}}}

            Telemetry default/two
            spec: {selector: {matchLabels: {app: b}}}

            Telemetry default/rest
            spec: {}
            """),
        new("IST0101", "a Telemetry that selects nothing in its namespace", Workloads + """
            Telemetry other/one
            spec: {selector: {matchLabels: {app: a}}}
            """, "Telemetry other/one spec.selector"),
        new("IST0160", "two Telemetries for one namespace", """
            Telemetry default/one
            spec: {}

            Telemetry default/two
            spec: {}
            """, "Telemetry default/one", "Telemetry default/two"),
        new("IST0160", "one for each namespace", """
            Telemetry default/one
            spec: {}

            Telemetry other/two
            spec: {}
            """),
        new("IST0166", "policies that select the proxies of a Gateway API Gateway", """
            Pod default/g-1
            labels: {gateway.networking.k8s.io/gateway-name: g, app: g}
            spec: {containers: [{name: istio-proxy, image: x}]}

            AuthorizationPolicy default/a
            spec: {selector: {matchLabels: {app: g}}}

            RequestAuthentication default/r
            spec: {selector: {matchLabels: {app: g}}}

            Telemetry default/t
            spec: {selector: {matchLabels: {app: g}}}
            """, "AuthorizationPolicy default/a spec.selector", "RequestAuthentication default/r spec.selector", "Telemetry default/t spec.selector"),
        new("IST0166", "by reference, or other workloads", Workloads + """
            Pod default/g-1
            labels: {gateway.networking.k8s.io/gateway-name: g, app: g}
            spec: {containers: [{name: istio-proxy, image: x}]}

            AuthorizationPolicy default/a
            spec: {targetRefs: [{kind: Gateway, group: gateway.networking.k8s.io, name: g}]}

            AuthorizationPolicy other/b
            spec: {selector: {matchLabels: {app: g}}}

            AuthorizationPolicy default/c
            spec: {selector: {matchLabels: {app: a}}}
            """),
        new("MESH0005", "policies that select nothing", Workloads + """
            RequestAuthentication default/r
            spec: {selector: {matchLabels: {app: c}}, jwtRules: [{issuer: i, jwksUri: "https://i.test/keys"}]}

            PeerAuthentication default/p
            spec: {selector: {matchLabels: {app: c}}, mtls: {mode: STRICT}}

            PeerAuthentication mesh-system/q
            spec: {selector: {matchLabels: {app: z}}, mtls: {mode: STRICT}}
            """, "RequestAuthentication default/r spec.selector", "PeerAuthentication default/p spec.selector", "PeerAuthentication mesh-system/q spec.selector"),
        new("MESH0005", "policies that select something, in any namespace from the root's", Workloads + """
            PeerAuthentication default/p
            spec: {selector: {matchLabels: {app: a}}, mtls: {mode: STRICT}}

            PeerAuthentication mesh-system/q
            spec: {selector: {matchLabels: {app: c}}, mtls: {mode: STRICT}}

            PeerAuthentication other/r
            spec: {mtls: {mode: STRICT}}
            """),
        new("MESH0007", "two for one namespace, and two for one workload", Workloads + """
            PeerAuthentication default/a-wide
            spec: {mtls: {mode: STRICT}}

            PeerAuthentication default/b-wide
            spec: {mtls: {mode: DISABLE}}

            PeerAuthentication other/one
            spec: {selector: {matchLabels: {app: c}}, mtls: {mode: STRICT}}

            PeerAuthentication other/two
            spec: {selector: {matchLabels: {app: c}}, mtls: {mode: DISABLE}}
            """, "PeerAuthentication default/b-wide", "PeerAuthentication other/two"),
        new("MESH0007", "one for each scope", Workloads + """
            PeerAuthentication mesh-system/wide
            spec: {mtls: {mode: STRICT}}

            PeerAuthentication default/wide
            spec: {mtls: {mode: PERMISSIVE}}

            PeerAuthentication default/a
            spec: {selector: {matchLabels: {app: a}}, mtls: {mode: STRICT}}

            PeerAuthentication default/b
            spec: {selector: {matchLabels: {app: b}}, mtls: {mode: STRICT}}
            """),
    ];
}
