namespace Mesh.Analysis.Tests.Analyzers;

/// <summary>Routing of VirtualServices.</summary>
internal static class RouteCases
{
    private const string Services = """
        Service default/reviews
        spec: {ports: [{name: http, port: 80}]}

        Service default/details
        spec: {ports: [{name: http, port: 80}, {name: http-alt, port: 8080}]}

        Service other/far
        annotations: {networking.istio.io/exportTo: "."}
        spec: {ports: [{name: http, port: 80}]}

        ServiceEntry default/wild
        spec: {hosts: ["*.example.com"], ports: [{number: 443, name: tls, protocol: TLS}], resolution: NONE}

        ServiceEntry other/kept
        spec: {hosts: [kept.example.org], ports: [{number: 443, name: tls, protocol: TLS}], resolution: NONE, exportTo: ["."]}


        """;

    private const string Gateways = """
        Gateway default/edge
        spec: {selector: {istio: edge}, servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: ["*.shop.test", "other/admin.test"]}]}


        """;

    private static Case Route(string code, string what, string objects, params string[] expected) => new(code, what, Services + objects, expected);

    private static Case Bound(string code, string what, string objects, params string[] expected) => new(code, what, Gateways + objects, expected);

    public static IReadOnlyList<Case> All { get; } =
    [
        Route("IST0101", "a destination that does not exist", """
            VirtualService default/a
            spec: {hosts: [reviews], http: [{route: [{destination: {host: bogus}}]}]}
            """, "VirtualService default/a spec.http[0].route[0].destination.host"),
        Route("IST0101", "a short name is of the object's namespace", """
            VirtualService other/a
            spec: {hosts: [far], http: [{route: [{destination: {host: reviews}}]}]}
            """, "VirtualService other/a spec.http[0].route[0].destination.host"),
        Route("IST0101", "a mirror that does not exist", """
            VirtualService default/a
            spec: {hosts: [reviews], http: [{route: [{destination: {host: reviews}}], mirror: {host: nobody}, mirrors: [{destination: {host: none}}]}]}
            """, "VirtualService default/a spec.http[0].mirror.host", "VirtualService default/a spec.http[0].mirrors[0].destination.host"),
        Route("IST0101", "TCP and TLS routes are looked at too", """
            VirtualService default/a
            spec: {hosts: [reviews], tcp: [{route: [{destination: {host: t}}]}], tls: [{match: [{sniHosts: [reviews]}], route: [{destination: {host: s}}]}]}
            """, "VirtualService default/a spec.tcp[0].route[0].destination.host", "VirtualService default/a spec.tls[0].route[0].destination.host"),
        Route("IST0101", "a port the host does not have", """
            VirtualService default/a
            spec: {hosts: [reviews], http: [{route: [{destination: {host: reviews, port: {number: 9}}}]}]}
            """, "VirtualService default/a spec.http[0].route[0].destination.port.number"),
        Route("IST0101", "a Service that its annotation keeps to its namespace", """
            VirtualService default/a
            spec: {hosts: [reviews], http: [{route: [{destination: {host: far.other.svc.cluster.local}}]}]}
            """, "VirtualService default/a spec.http[0].route[0].destination.host"),
        Route("IST0101", "a ServiceEntry that exportTo keeps to its namespace", """
            VirtualService default/a
            spec: {hosts: [reviews], http: [{route: [{destination: {host: kept.example.org}}]}]}
            """, "VirtualService default/a spec.http[0].route[0].destination.host"),
        Route("IST0101", "an exported object is for the callers it is exported to", """
            VirtualService other/a
            spec: {hosts: [reviews], exportTo: [default], http: [{route: [{destination: {host: far}}]}]}
            """, "VirtualService other/a spec.http[0].route[0].destination.host"),
        Route("IST0101", "destinations that exist, by short and full name and under a wildcard", """
            VirtualService default/a
            spec:
              hosts: [reviews]
              http:
              - route: [{destination: {host: reviews}}]
                mirror: {host: reviews.default.svc.cluster.local, port: {number: 80}}
              - match: [{uri: {prefix: /x}}]
                route: [{destination: {host: API.example.com}}]

            VirtualService other/b
            spec: {hosts: [far], http: [{route: [{destination: {host: far}}]}]}

            VirtualService other/c
            spec: {hosts: [x.test], http: [{route: [{destination: {host: kept.example.org}}]}]}
            """),
        Route("IST0101", "a subset no DestinationRule has", """
            DestinationRule default/reviews
            spec: {host: reviews, subsets: [{name: v1, labels: {version: v1}}]}

            VirtualService default/a
            spec: {hosts: [reviews], http: [{route: [{destination: {host: reviews, subset: v2}}]}]}
            """, "VirtualService default/a spec.http[0].route[0].destination.subset"),
        new("IST0101", "a subset that is there, in another namespace's rule too", Services + """
            DestinationRule other/reviews
            spec: {host: reviews.default.svc.cluster.local, subsets: [{name: v2, labels: {version: v2}}]}

            VirtualService default/a
            spec: {hosts: [reviews], http: [{route: [{destination: {host: reviews, subset: v2}}]}]}
            """),
        Bound("IST0101", "a gateway that does not exist", """
            VirtualService default/a
            spec: {hosts: [x.shop.test], gateways: [mesh, bogus, other/edge], http: [{redirect: {uri: /}}]}
            """, "VirtualService default/a spec.gateways[1]", "VirtualService default/a spec.gateways[2]"),
        Route("IST0112", "a host with two ports and no port named", """
            VirtualService default/a
            spec: {hosts: [details], http: [{route: [{destination: {host: details}}]}]}
            """, "VirtualService default/a spec.http[0].route[0].destination"),
        Route("IST0112", "one port, or the port named", """
            VirtualService default/a
            spec: {hosts: [details], http: [{route: [{destination: {host: details, port: {number: 80}}}], mirror: {host: reviews}}]}
            """),
        new("IST0109", "the same host twice, by short and full name", """
            VirtualService default/a
            spec: {hosts: [reviews], http: [{redirect: {uri: /}}]}

            VirtualService default/b
            spec: {hosts: [x.test, reviews.default.svc.cluster.local], gateways: [mesh, edge], http: [{redirect: {uri: /}}]}
            """, "VirtualService default/a spec.hosts[0]", "VirtualService default/b spec.hosts[1]"),
        new("IST0109", "one for all meets one for a namespace", """
            VirtualService foo/a
            spec: {hosts: [x.test], exportTo: ["."], http: [{redirect: {uri: /}}]}

            VirtualService bar/b
            spec: {hosts: [x.test], http: [{redirect: {uri: /}}]}

            VirtualService bar/c
            spec: {hosts: [x.test], exportTo: [baz], http: [{redirect: {uri: /}}]}
            """, "VirtualService foo/a spec.hosts[0]", "VirtualService bar/b spec.hosts[0]", "VirtualService bar/c spec.hosts[0]"),
        new("IST0109", "each for its own namespace, for gateways, or for another host", """
            VirtualService foo/a
            spec: {hosts: [x.test], exportTo: ["."], http: [{redirect: {uri: /}}]}

            VirtualService bar/b
            spec: {hosts: [x.test], exportTo: ["."], http: [{redirect: {uri: /}}]}

            VirtualService bar/c
            spec: {hosts: [x.test], gateways: [edge], http: [{redirect: {uri: /}}]}

            VirtualService bar/d
            spec: {hosts: ["*.test"], http: [{redirect: {uri: /}}]}
            """),
        new("IST0130", "a rule after one that takes everything", """
            VirtualService default/a
            spec:
              hosts: [x.test]
              http:
              - redirect: {uri: /}
              - match: [{uri: {prefix: /a}}]
                redirect: {uri: /b}
            """, "VirtualService default/a spec.http[1]"),
        new("IST0130", "all matches of a rule are taken", """
            VirtualService default/a
            spec:
              hosts: [x.test]
              http:
              - match: [{uri: {prefix: /a}}, {uri: {exact: /b}}]
                redirect: {uri: /}
              - match: [{name: again, uri: {exact: /b}}, {uri: {prefix: /a/b}}]
                redirect: {uri: /}
            """, "VirtualService default/a spec.http[1]"),
        new("IST0130", "TCP and TLS rules", """
            VirtualService default/a
            spec:
              hosts: [x.test]
              tcp:
              - match: [{port: 1}]
                route: [{destination: {host: x}}]
              - match: [{port: 1, sourceNamespace: default}]
                route: [{destination: {host: x}}]
              tls:
              - match: [{sniHosts: ["*.x.test"]}]
                route: [{destination: {host: x}}]
              - match: [{sniHosts: [a.x.test]}]
                route: [{destination: {host: x}}]
            """, "VirtualService default/a spec.tcp[1]", "VirtualService default/a spec.tls[1]"),
        new("IST0130", "narrower first, and conditions that do not cover each other", """
            VirtualService default/a
            spec:
              hosts: [x.test]
              http:
              - match: [{uri: {prefix: /a}, method: {exact: GET}}]
                redirect: {uri: /}
              - match: [{uri: {prefix: /a/b}}]
                redirect: {uri: /}
              - match: [{uri: {prefix: /a}, headers: {x: {exact: y}}}]
                redirect: {uri: /}
              - match: [{uri: {prefix: /A}, ignoreUriCase: true}, {uri: {regex: "/a.*"}}]
                redirect: {uri: /}
              - match: [{uri: {prefix: /}, gateways: [edge]}]
                redirect: {uri: /}
              - redirect: {uri: /}
            """),
        new("IST0131", "one of two matches is taken", """
            VirtualService default/a
            spec:
              hosts: [x.test]
              http:
              - match: [{uri: {prefix: /a}}]
                redirect: {uri: /}
              - match: [{uri: {prefix: /a/b}, headers: {x: {exact: y}}}, {uri: {prefix: /c}}]
                redirect: {uri: /}
            """, "VirtualService default/a spec.http[1].match[0]"),
        new("IST0131", "a match for other callers", """
            VirtualService default/a
            spec:
              hosts: [x.test]
              http:
              - match: [{uri: {prefix: /a}, sourceLabels: {app: x}, withoutHeaders: {h: {}}}]
                redirect: {uri: /}
              - match: [{uri: {prefix: /a/b}}]
                redirect: {uri: /}
            """),
        Bound("IST0132", "a host the gateway does not serve, or not to this namespace", """
            VirtualService default/a
            spec: {hosts: [shop.example], gateways: [edge], http: [{redirect: {uri: /}}]}

            VirtualService default/b
            spec: {hosts: [admin.test], gateways: [default/edge], http: [{redirect: {uri: /}}]}
            """, "VirtualService default/a spec.gateways[0]", "VirtualService default/b spec.gateways[0]"),
        Bound("IST0132", "one host that is served is enough", """
            VirtualService default/a
            spec: {hosts: [no.example, WWW.shop.test], gateways: [edge, mesh], http: [{redirect: {uri: /}}]}

            VirtualService other/b
            spec: {hosts: [admin.test], gateways: [default/edge], http: [{redirect: {uri: /}}]}

            VirtualService other/c
            spec: {hosts: ["*.a.shop.test"], gateways: [default/edge], http: [{redirect: {uri: /}}]}
            """),
        Bound("IST0165", "a gateway that Istio made", """
            VirtualService default/a
            spec: {hosts: [a.test], gateways: [other/edge-istio-autogenerated-k8s-gateway-http], http: [{redirect: {uri: /}}]}
            """, "VirtualService default/a spec.gateways[0]"),
        Bound("IST0165", "an ordinary gateway", """
            VirtualService default/a
            spec: {hosts: [a.shop.test], gateways: [edge], http: [{redirect: {uri: /}}]}
            """),
        Route("IST0140", "subsets are chosen for sidecars only", """
            VirtualService default/a
            spec: {hosts: [reviews], http: [{route: [{destination: {host: reviews, subset: v1}}]}]}

            VirtualService default/b
            spec: {hosts: [shop.test], gateways: [edge], http: [{route: [{destination: {host: reviews.default.svc.cluster.local}}]}]}
            """, "VirtualService default/b spec.http[0].route[0].destination"),
        Route("IST0140", "the gateway chooses a subset, or nobody does", """
            VirtualService default/a
            spec: {hosts: [reviews], http: [{route: [{destination: {host: reviews, subset: v1}}]}]}

            VirtualService default/b
            spec: {hosts: [shop.test], gateways: [edge], http: [{route: [{destination: {host: reviews, subset: v1}}]}, {route: [{destination: {host: details}}]}]}

            VirtualService default/c
            spec: {hosts: [x.test], http: [{route: [{destination: {host: reviews}}]}]}
            """),
        new("IST0002", "a percent without its age", """
            VirtualService default/a
            spec: {hosts: [x.test], http: [{fault: {delay: {percent: 5, fixedDelay: 1s}}, redirect: {uri: /}}]}

            Sidecar default/s
            spec: {outboundTrafficPolicy: {mode: ALLOW_ANY, egressProxy: {host: x}}, egress: [{hosts: ["*/*"]}]}

            ServiceRole default/r
            spec: {}
            """, "VirtualService default/a spec.http[0].fault.delay.percent", "Sidecar default/s spec.outboundTrafficPolicy.egressProxy", "ServiceRole default/r kind"),
        new("IST0002", "what replaced it", """
            VirtualService default/a
            spec: {hosts: [x.test], http: [{fault: {delay: {percentage: {value: 5}, fixedDelay: 1s}}, redirect: {uri: /}}]}
            """),
        new("IST0106", "a field that does not exist", """
            VirtualService default/a
            spec: {hosts: [x.test], http: [{redirect: {uri: /}, tiemout: 1s}]}

            EnvoyFilter default/e
            spec: {}
            """, "VirtualService default/a spec.http[0].tiemout", "EnvoyFilter default/e kind"),
        new("IST0106", "valid objects, and objects that are not the mesh's", """
            VirtualService default/a
            spec: {hosts: [x.test], http: [{redirect: {uri: /}, timeout: 1s}]}

            Deployment default/d
            spec: {nonsense: true}
            """),
        new("IST0133", "a destination without a weight beside others", """
            VirtualService default/a
            spec: {hosts: [x.test], http: [{route: [{destination: {host: a.test}, weight: 1}, {destination: {host: b.test}}]}]}
            """, "VirtualService default/a spec.http[0].route[1]"),
        new("IST0133", "weights that make no 100", """
            VirtualService default/a
            spec: {hosts: [x.test], http: [{route: [{destination: {host: a.test}, weight: 10}, {destination: {host: b.test}, weight: 20}]}]}
            """),
    ];
}
