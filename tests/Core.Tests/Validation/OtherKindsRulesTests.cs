using Mesh.Core.Resources;

namespace Mesh.Core.Tests.Validation;

public sealed class OtherKindsRulesTests
{
    [Theory]
    [InlineData("host: a", "")]
    [InlineData("host: \"*.example.com\"", "")]
    [InlineData("{}", "E spec.host: required")]
    [InlineData("host: A_b", "E spec.host: \"A_b\" is not a host name: letters, digits, dashes and dots, or an IP address")]
    [InlineData("host: a\nsubsets: [{labels: {a: b}}]", "E spec.subsets[0].name: required")]
    [InlineData("host: a\nsubsets: [{name: v1}]", "W spec.subsets[0].labels: without labels the subset is every endpoint of the host")]
    [InlineData("host: a\ntrafficPolicy: {}", "E spec.trafficPolicy: must set at least one policy")]
    [InlineData("host: a\ntrafficPolicy: {connectionPool: {}}", "E spec.trafficPolicy.connectionPool: must set tcp or http")]
    [InlineData("host: a\ntrafficPolicy: {loadBalancer: {simple: PASSTHROUGH}}", "")]
    [InlineData("host: a\ntrafficPolicy: {loadBalancer: {consistentHash: {useSourceIp: true}}}", "")]
    [InlineData("host: a\ntrafficPolicy: {loadBalancer: {simple: LEAST_CONN}}", "")]
    [InlineData("host: a\ntrafficPolicy: {tls: {mode: ISTIO_MUTUAL, sni: x}}", "")]
    [InlineData("host: a\ntrafficPolicy: {tls: {mode: ISTIO_MUTUAL, insecureSkipVerify: true, caCertificates: /ca}}", "W spec.trafficPolicy.tls.caCertificates: ignored with mode ISTIO_MUTUAL, which uses the mesh's certificates;W spec.trafficPolicy.tls.insecureSkipVerify: ignored with mode ISTIO_MUTUAL, which always verifies")]
    [InlineData("host: a\ntrafficPolicy: {tls: {mode: SIMPLE}}", "")]
    [InlineData("host: a\ntrafficPolicy: {tls: {mode: MUTUAL, clientCertificate: /c, privateKey: /k}}", "")]
    [InlineData("host: a\ntrafficPolicy: {tls: {mode: MUTUAL, credentialName: s}}", "E spec.trafficPolicy.tls.credentialName: not enforced")]
    [InlineData("host: a\ntrafficPolicy: {connectionPool: {tcp: {maxConnections: 1, connectTimeout: 1s}, http: {http1MaxPendingRequests: 0}}}", "")]
    [InlineData("host: a\ntrafficPolicy: {outlierDetection: {consecutive5xxErrors: 3}}", "")]
    [InlineData("host: a\ntrafficPolicy: {outlierDetection: {outlierDetectionHttpErrorCodes: [99]}}", "E spec.trafficPolicy.outlierDetection.outlierDetectionHttpErrorCodes[0]: must be from 100 to 599, is 99")]
    [InlineData("host: a\ntrafficPolicy: {portLevelSettings: [{port: {number: 1}, tls: {mode: DISABLE}}, {port: {number: 1}, tls: {mode: DISABLE}}]}", "E spec.trafficPolicy.portLevelSettings[1].port: port 1 is given twice")]
    [InlineData("host: a\nworkloadSelector: {matchLabels: {a: b}}", "")]
    [InlineData("host: a\ntrafficPolicy: {tunnel: {targetHost: a, targetPort: 1}}", "E spec.trafficPolicy.tunnel: not enforced")]
    public void DestinationRule(string spec, string problems) => AssertProblems(problems, "DestinationRule", spec);

    [Theory]
    [InlineData("selector: {a: b}", "E spec.servers: required")]
    [InlineData("servers: [{port: {number: 80, protocol: HTTP, name: h}, hosts: [a.com]}]", "")]
    [InlineData("servers: [{port: {number: 0, protocol: HTTP, name: h}, hosts: [a.com]}]", "E spec.servers[0].port.number: must be from 1 to 65535, is 0")]
    [InlineData("servers: [{port: {number: 80, protocol: GRPC-WEB, name: h}, hosts: [a.com]}]", "E spec.servers[0].port.protocol: GRPC-WEB is not enforced")]
    [InlineData("servers: [{port: {number: 80, protocol: SPDY, name: h}, hosts: [a.com]}]", "E spec.servers[0].port.protocol: unknown protocol \"SPDY\"")]
    [InlineData("servers: [{port: {number: 80, protocol: HTTP, name: h}, hosts: [A/a.com]}]", "E spec.servers[0].hosts[0]: \"A\" is not a namespace")]
    [InlineData("servers: [{port: {number: 80, protocol: HTTP, name: h}, hosts: [a.com], bind: \"unix:///run/x\"}]", "E spec.servers[0].bind: gateways do not listen on sockets")]
    [InlineData("servers: [{port: {number: 80, protocol: HTTP, name: h}, hosts: [a.io]}, {port: {number: 80, protocol: TCP, name: i}, hosts: [b.io]}]", "E spec.servers[1].port.protocol: port 80 already speaks HTTP in servers[0]")]
    [InlineData("servers: [{port: {number: 80, protocol: HTTP, name: h}, hosts: [a.io]}, {port: {number: 80, protocol: HTTP, name: i}, hosts: [b.io, a.io]}]", "E spec.servers[1].port: port 80 already serves \"a.io\" in servers[0]")]
    [InlineData("servers: [{port: {number: 80, protocol: HTTP, name: h}, hosts: [a.io]}, {port: {number: 81, protocol: HTTP, name: h}, hosts: [b.io]}]", "E spec.servers[1].port.name: the port name \"h\" is given twice")]
    public void Gateway(string spec, string problems) => AssertProblems(problems, "Gateway", spec);

    [Theory]
    [InlineData("mtls: {mode: STRICT}", "")]
    [InlineData("portLevelMtls: {80: {mode: DISABLE}}", "E spec.portLevelMtls: needs a selector with labels")]
    [InlineData("selector: {matchLabels: {a: \"*\"}}", "E spec.selector.matchLabels.a: \"*\" must be of letters, digits, \"-\", \"_\" and \".\", with a letter or digit at both ends")]
    [InlineData("selector: {matchLabels: {a: b}}\nportLevelMtls: {0: {}}", "E spec.portLevelMtls.0: \"0\" is not a port number from 1 to 65535")]
    [InlineData("selector: {matchLabels: {a: b}}\nportLevelMtls: {80: {}, \"080\": {}}", "E spec.portLevelMtls.080: given twice")]
    [InlineData("mtls: {mode: strict}", "E spec.mtls.mode: unknown value \"strict\"")]
    public void PeerAuthentication(string spec, string problems) => AssertProblems(problems, "PeerAuthentication", spec);

    [Theory]
    [InlineData("ports: [{port: 80}]", "")]
    [InlineData("clusterIP: None", "")]
    [InlineData("{}", "E spec.ports: required")]
    [InlineData("ports: [{port: 80, targetPort: WEB}]", "E spec.ports[0].targetPort: \"WEB\" is not a port name: at most 15 lower-case letters, digits and dashes, at least one letter")]
    [InlineData("ports: [{port: 80, targetPort: 1.5}]", "E spec.ports[0].targetPort: must be a number or a name, is the number 1.5")]
    [InlineData("ports: [{name: a, port: 80}, {name: a, port: 81}]", "E spec.ports[1].name: the port name \"a\" is given twice")]
    [InlineData("ports: [{port: 80}]\nclusterIP: here", "E spec.clusterIP: \"here\" is not an IP address, None or empty")]
    [InlineData("ports: [{port: 80, protocol: UDP}]", "W spec.ports[0].protocol: UDP is not enforced")]
    [InlineData("type: ExternalName\nexternalName: a.com\nports: [{port: 80}]", "E spec.type: ExternalName is not enforced;E spec.externalName: not enforced")]
    public void Service(string spec, string problems) => AssertProblems(problems, "Service", spec);

    [Theory]
    [InlineData("default", "trustDomain: a.b", "")]
    [InlineData("other", "trustDomain: a.b", "E metadata.name: a mesh has one MeshConfig, named default")]
    [InlineData("default", "trustDomain: A", "E spec.trustDomain: \"A\" is not a trust domain: lower-case letters, digits, dots, dashes and underscores")]
    [InlineData("default", "outboundTrafficPolicy: {mode: ALLOW_ANY}", "")]
    [InlineData("default", "accessLogFile: /dev/stdout", "W spec.accessLogFile: not enforced")]
    [InlineData("default", "meshMTLS: {minProtocolVersion: TLSV1_2}", "E spec.meshMTLS: not enforced")]
    [InlineData("default", "defaultHttpRetryPolicy: {attempts: 2, retryOn: maybe}", "E spec.defaultHttpRetryPolicy.retryOn: unknown condition \"maybe\"")]
    public void MeshConfig(string name, string spec, string problems) => Assert.Equal(problems, string.Join(';', Read.Problems("MeshConfig", spec, name)));

    [Theory]
    [InlineData("workloads: [{name: a}, {name: a, namespace: other}]", "")]
    [InlineData("workloads: [{name: a}, {name: a, namespace: default}]", "E spec.workloads[1].name: default/a is given twice")]
    [InlineData("workloads: [{}]", "E spec.workloads[0].name: required")]
    [InlineData("workloads: [{name: a, ports: {80: -1}}]", "E spec.workloads[0].ports.80: must be from 0 to 65535, is -1")]
    [InlineData("workloads: [{name: a, ports: {80: 0}}]", "W spec.workloads[0].ports.80: 0 lets the mesh choose the port, which only a command can be told")]
    [InlineData("workloads: [{name: a, command: []}]", "E spec.workloads[0].command: must not be empty")]
    [InlineData("workloads: [{name: a, command: [\"\"]}]", "E spec.workloads[0].command[0]: names no program")]
    [InlineData("workloads: [{name: a, command: [b], replicas: 2, ports: {80: 8080}}]", "E spec.workloads[0].ports.80: 2 replicas cannot all listen on port 8080")]
    [InlineData("workloads: [{name: a, replicas: 0}]", "")]
    [InlineData("workloads: [{name: a, env: {A-B: c}}]", "E spec.workloads[0].env.A-B: \"A-B\" is not a name of an environment variable")]
    [InlineData("gateways: [{name: g}]", "E spec.gateways[0].labels: required")]
    [InlineData("gateways: [{name: g, labels: {a: b}, address: \"1\"}]", "E spec.gateways[0].address: \"1\" is not an IP address")]
    [InlineData("meshConfig: {trustDomain: A}", "E spec.meshConfig.trustDomain: \"A\" is not a trust domain: lower-case letters, digits, dots, dashes and underscores")]
    public void LocalMesh(string spec, string problems) => AssertProblems(problems, "LocalMesh", spec);

    [Fact]
    public void Gateway_NameWithDots_IsRefused() => Assert.Equal(
        ["E metadata.name: \"a.b\" must be of lower-case letters, digits and dashes, with a letter or digit at both ends"],
        Read.Problems("Gateway", "servers: [{port: {number: 80, protocol: HTTP, name: h}, hosts: [a.com]}]", name: "a.b"));

    [Fact]
    public void DryRun_OfAKindThatHasNone_IsRefused()
    {
        var document = Assert.Single(ObjectReader.Read(
            "apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: x, annotations: {istio.io/dry-run: \"true\"}}\nspec: {host: a}\n", "f.yaml"));

        Assert.Equal(["E metadata.annotations[\"istio.io/dry-run\"]: DestinationRule cannot be tried without effect"], Read.Short(document));
    }

    private static void AssertProblems(string expected, string kind, string spec) => Assert.Equal(expected, string.Join(';', Read.Problems(kind, spec)));
}
