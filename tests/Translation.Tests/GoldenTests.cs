using Mesh.Core.Snapshots;
using Mesh.Translation.Tests.Builders;

namespace Mesh.Translation.Tests;

/// <summary>Whole configurations, one file each in <c>Golden</c>: read them as the specification of docs/reference/xds.md by example.</summary>
public sealed class GoldenTests
{
    private const string Subsets = """
        apiVersion: networking.istio.io/v1
        kind: DestinationRule
        metadata: {name: reviews}
        spec:
          host: reviews
          subsets:
          - {name: v1, labels: {version: v1}}
          - {name: v2, labels: {version: v2}}
        ---

        """;

    [Fact]
    public void Translate_SidecarOfPlainServices_MatchesGolden() =>
        Verify("sidecar", Reviews(), Proxies.Sidecar("default/reviews-v1", "app=reviews,version=v1").WithPorts((9080, 40123)));

    [Fact]
    public void Translate_AliasesOfHttpGrpcAndTcp_MatchesGolden() => Verify(
        "aliases",
        new MeshBuilder().Service("default/shop", "http:80", "grpc:7000", "tcp-db:5432", "web:8080").Workload("default/shop-1", "127.77.1.2", "app=shop"),
        Proxies.Sidecar("default/client", "app=client").WithAlias("default/shop", "127.77.128.1").WithAlias("default/missing", "127.77.128.2"));

    [Fact]
    public void Translate_SplitWithHeaderMatch_MatchesGolden() => Verify("split", Reviews().Apply(Subsets + """
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: reviews}
        spec:
          hosts: [reviews]
          http:
          - name: marked
            match: [{headers: {x-user: {exact: tester}}}]
            route: [{destination: {host: reviews, subset: v2}}]
          - route:
            - {destination: {host: reviews, subset: v1}, weight: 90, headers: {response: {add: {x-split: v1}}}}
            - {destination: {host: reviews, subset: v2}, weight: 10}
        """), Client);

    [Fact]
    public void Translate_TlsToServersOutside_MatchesGolden() => Verify("origination", Reviews().Apply("""
        apiVersion: networking.istio.io/v1
        kind: ServiceEntry
        metadata: {name: secure}
        spec:
          hosts: [secure.example.com]
          location: MESH_EXTERNAL
          resolution: STATIC
          ports: [{number: 80, name: http, protocol: HTTP, targetPort: 443}, {number: 90, name: http2, protocol: HTTP2}, {number: 91, name: tcp, protocol: TCP}, {number: 92, name: http-any, protocol: HTTP}]
          endpoints: [{address: 10.0.0.9}]
        ---
        apiVersion: networking.istio.io/v1
        kind: DestinationRule
        metadata: {name: secure}
        spec:
          host: secure.example.com
          trafficPolicy:
            tls: {mode: SIMPLE}
            portLevelSettings:
            - {port: {number: 90}, tls: {mode: MUTUAL, caCertificates: /certs/ca.crt, caCrl: /certs/ca.crl, clientCertificate: /certs/c.crt, privateKey: /certs/c.key, sni: a.example.com}}
            - {port: {number: 91}, tls: {mode: SIMPLE, caCertificates: /certs/ca.crt}}
            - {port: {number: 92}, tls: {mode: SIMPLE, insecureSkipVerify: true}}
        """), Client);

    [Fact]
    public void Translate_ResilienceAndBalancing_MatchesGolden() => Verify("resilience", Reviews().Apply("""
        apiVersion: networking.istio.io/v1
        kind: DestinationRule
        metadata: {name: reviews, annotations: {mesh.dev/load-balancing: PEAK_EWMA}}
        spec:
          host: reviews
          trafficPolicy:
            loadBalancer: {simple: LEAST_REQUEST, warmup: {duration: 60s, aggression: 2, minimumPercent: 5}}
            connectionPool:
              tcp: {maxConnections: 10, connectTimeout: 2s, maxConnectionDuration: 1h, idleTimeout: 5m, tcpKeepalive: {probes: 3, time: 60s, interval: 10s}}
              http: {http1MaxPendingRequests: 20, http2MaxRequests: 30, maxRequestsPerConnection: 40, maxRetries: 5, idleTimeout: 90s, maxConcurrentStreams: 50}
            retryBudget: {percent: 25, minRetryConcurrency: 7}
            outlierDetection:
              splitExternalLocalOriginErrors: true
              consecutiveLocalOriginFailures: 4
              consecutiveGatewayErrors: 3
              consecutive5xxErrors: 0
              interval: 5s
              baseEjectionTime: 20s
              maxEjectionPercent: 50
              minHealthPercent: 30
              outlierDetectionHttpErrorCodes: [500, 429]
          subsets:
          - name: v1
            labels: {version: v1}
            trafficPolicy:
              loadBalancer: {consistentHash: {httpHeaderName: x-user, maglev: {tableSize: 101}}}
              connectionPool: {http: {h2UpgradePolicy: UPGRADE}}
          - name: v2
            labels: {version: v2}
            trafficPolicy:
              loadBalancer: {consistentHash: {httpCookie: {name: user, path: /, ttl: 0s, attributes: [{name: SameSite, value: Lax}]}, minimumRingSize: 2048}}
              connectionPool: {http: {useClientProtocol: true}}
        ---
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: reviews}
        spec:
          hosts: [reviews]
          http:
          - route: [{destination: {host: reviews, subset: v1}, weight: 50}, {destination: {host: reviews, subset: v2}, weight: 50}]
            retries: {attempts: 3, perTryTimeout: 1s, retryOn: "5xx,envoy-ratelimited", backoff: 10ms, retryIgnorePreviousHosts: false, retryRemoteLocalities: true}
        ---
        apiVersion: mesh.dev/v1alpha1
        kind: MeshConfig
        metadata: {name: default}
        spec: {retryAnyMethod: true}
        """), Client);

    [Fact]
    public void Translate_DestinationsThatDoNotExist_MatchesGolden() => Verify("missing", Reviews().Apply(Subsets + """
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: reviews}
        spec:
          hosts: [reviews]
          http:
          - match: [{uri: {prefix: /canary}}]
            route: [{destination: {host: reviews, subset: v3}}]
          - match: [{uri: {prefix: /typo}}]
            route: [{destination: {host: revews}}]
          - route:
            - {destination: {host: reviews, subset: v1}, weight: 90}
            - {destination: {host: reviews, subset: v3}, weight: 10}
        """), Client);

    [Fact]
    public void Translate_MatchesAndActions_MatchesGolden() => Verify("actions", Reviews().Apply("""
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: reviews}
        spec:
          hosts: [reviews]
          http:
          - match:
            - uri: {exact: /One}
              ignoreUriCase: true
              method: {exact: GET}
            - uri: {regex: "/v[0-9]+/.*"}
              headers: {x-a: {prefix: b}, x-c: {regex: "d+"}, x-present: {}}
              withoutHeaders: {x-not: {exact: e}, x-absent: {}}
              queryParams: {q: {exact: f}}
              authority: {exact: reviews}
              scheme: {exact: http}
            rewrite: {uri: /new, authority: other.example.com}
            timeout: 1.5s
            retries: {attempts: 3, perTryTimeout: 0.2s, retryOn: "connect-failure,503,gateway-error"}
            headers: {request: {set: {x-set: g}, add: {x-add: h}, remove: [x-remove]}, response: {set: {server: mesh}}}
            route: [{destination: {host: reviews, port: {number: 9080}}}]
          - match: [{uri: {prefix: /old}}]
            redirect: {uri: /new, authority: example.com, scheme: https, redirectCode: 308}
          - match: [{uri: {prefix: /teapot}}]
            directResponse: {status: 418, body: {string: short and stout}}
          - match: [{uri: {prefix: /other-port}, port: 1}]
            directResponse: {status: 500}
          - match: [{sourceLabels: {app: stranger}}]
            directResponse: {status: 500}
          - match: [{uri: {prefix: /once}}]
            retries: {attempts: 0}
            route: [{destination: {host: reviews}}]
        """), Client);

    [Fact]
    public void Translate_PeerAuthenticationByPort_MatchesGolden() => Verify(
        "peer-authentication",
        new MeshBuilder().Service("default/db", "http:80", "tcp:5432", "http-plain:8080").Workload("default/db-0", "127.77.1.1", "app=db").Apply("""
            apiVersion: security.istio.io/v1
            kind: PeerAuthentication
            metadata: {name: default, namespace: mesh-system}
            spec: {mtls: {mode: STRICT}}
            ---
            apiVersion: security.istio.io/v1
            kind: PeerAuthentication
            metadata: {name: db}
            spec:
              selector: {matchLabels: {app: db}}
              portLevelMtls: {5432: {mode: PERMISSIVE}, 8080: {mode: DISABLE}}
            """),
        Proxies.Sidecar("default/db-0", "app=db"));

    [Fact]
    public void Translate_DestinationRulePolicies_MatchesGolden() => Verify(
        "destination-rule",
        new MeshBuilder().Service("default/reviews", "http:9080", "grpc:9090").Workload("default/reviews-1", "127.77.1.2", "app=reviews,version=v1").Apply("""
            apiVersion: networking.istio.io/v1
            kind: DestinationRule
            metadata: {name: reviews}
            spec:
              host: reviews.default.svc.cluster.local
              trafficPolicy:
                loadBalancer: {simple: ROUND_ROBIN}
                connectionPool: {tcp: {connectTimeout: 2s}}
                tls: {mode: DISABLE}
                portLevelSettings:
                - {port: {number: 9090}, tls: {mode: ISTIO_MUTUAL}}
              subsets:
              - name: v1
                labels: {version: v1}
                trafficPolicy: {loadBalancer: {simple: RANDOM}}
            """),
        Client);

    [Fact]
    public void Translate_Endpoints_MatchesGolden() => Verify(
        "endpoints",
        new MeshBuilder().Service("default/reviews", "http:9080")
            .Workload("default/a", "127.77.1.1", "app=reviews,version=v1", w => w with { Locality = "eu/west/a", Weight = 3 })
            .Workload("default/b", "127.77.1.2", "app=reviews,version=v2", w => w with { Locality = "eu/west/a", Health = WorkloadHealth.Unhealthy })
            .Workload("default/c", "127.77.1.3", "app=reviews", w => w with { Locality = "eu/north", Health = WorkloadHealth.Draining })
            .Workload("default/d", "127.0.0.1", "app=reviews", w => w with { HasSidecar = false, Ports = w.Ports.Add(9080, 40001) })
            .Workload("other/e", "127.77.1.5", "app=reviews"),
        Client);

    [Fact]
    public void Translate_HostsThatAreNoServices_MatchesGolden() => Verify("foreign-hosts", Reviews().Apply("""
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: www}
        spec:
          hosts: [www.example.com, "*.shop.example.com"]
          http: [{route: [{destination: {host: reviews}}]}]
        """), Client);

    [Fact]
    public void Translate_Gateway_MatchesGolden() => Verify("gateway", Reviews().Service("other/cart", "http:80").Apply(Subsets + """
        apiVersion: networking.istio.io/v1
        kind: Gateway
        metadata: {name: shop}
        spec:
          selector: {istio: ingressgateway}
          servers:
          - port: {number: 8080, name: http, protocol: HTTP}
            hosts: ["*.example.com", "other/cart.test"]
        ---
        apiVersion: networking.istio.io/v1
        kind: Gateway
        metadata: {name: else, namespace: other}
        spec:
          selector: {istio: egressgateway}
          servers:
          - port: {number: 9090, name: http, protocol: HTTP}
            hosts: ["*"]
        ---
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: shop}
        spec:
          hosts: [shop.example.com]
          gateways: [shop]
          http:
          - match: [{uri: {prefix: /reviews}}]
            route: [{destination: {host: reviews, subset: v1}}]
        ---
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: cart, namespace: other}
        spec:
          hosts: ["*"]
          gateways: [default/shop]
          http: [{route: [{destination: {host: cart}}]}]
        """), Proxies.Gateway());

    [Fact]
    public void Translate_ProxylessGrpcClient_MatchesGolden() => Verify(
        "grpc-client",
        new MeshBuilder().Service("default/currency", "grpc:7000").Workload("default/currency-1", "127.77.1.2", "app=currency").Apply("""
            apiVersion: networking.istio.io/v1
            kind: VirtualService
            metadata: {name: currency}
            spec:
              hosts: [currency]
              http: [{timeout: 2s, route: [{destination: {host: currency}}]}]
            """),
        Client with { Dialect = ProxyDialect.Grpc });

    [Fact]
    public void Translate_MeshConfig_MatchesGolden() => Verify("mesh-config", Reviews().Apply("""
        apiVersion: mesh.dev/v1alpha1
        kind: MeshConfig
        metadata: {name: default}
        spec:
          connectTimeout: 1s
          enableAutoMtls: false
          defaultHttpRetryPolicy: {attempts: 1, retryOn: "connect-failure"}
        """), Client);

    [Fact]
    public void Translate_BodyLimits_MatchesGolden() => Verify("body-limits", new MeshBuilder().Workload("default/reviews-v1", "127.77.1.1", "app=reviews").Apply("""
        apiVersion: v1
        kind: Service
        metadata: {name: reviews}
        spec: {selector: {app: reviews}, ports: [{name: http, port: 9080}]}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: uploads, annotations: {mesh.dev/max-request-bytes: "0"}}
        spec: {selector: {app: reviews}, ports: [{name: http, port: 9081}]}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: small, annotations: {mesh.dev/max-request-bytes: 1k}}
        spec: {selector: {app: reviews}, ports: [{name: http, port: 9082}]}
        ---
        apiVersion: mesh.dev/v1alpha1
        kind: MeshConfig
        metadata: {name: default}
        spec: {maxRequestBytes: 1000000}
        """), Proxies.Sidecar("default/reviews-v1", "app=reviews", "127.77.1.1"));

    private static ProxyDescriptor Client { get; } = Proxies.Sidecar("default/client", "app=client", "127.77.1.9");

    private static MeshBuilder Reviews() => new MeshBuilder()
        .Service("default/reviews", "http:9080")
        .Workload("default/reviews-v1", "127.77.1.1", "app=reviews,version=v1")
        .Workload("default/reviews-v2", "127.77.1.2", "app=reviews,version=v2");

    private static void Verify(string name, MeshBuilder mesh, ProxyDescriptor proxy) =>
        GoldenFile.Verify(name, Translator.Translate(mesh.Build(), proxy));
}
