namespace Mesh.Core.Tests.Validation;

public sealed class MeshConfigRulesTests
{
    [Theory]
    [InlineData("trustDomain: a.b", "")]
    [InlineData("trustDomainAliases: [A]", "E spec.trustDomainAliases[0]: \"A\" is not a trust domain: lower-case letters, digits, dots, dashes and underscores")]
    [InlineData("defaultServiceExportTo: [\"*\"]", "")]
    [InlineData("defaultVirtualServiceExportTo: [A]", "E spec.defaultVirtualServiceExportTo[0]: \"A\" is not a namespace")]
    [InlineData("connectTimeout: 0s", "E spec.connectTimeout: must be at least 1ms, is 0s")]
    [InlineData("connect_timeout: 5s", "")]
    [InlineData("discoverySelectors: [{matchExpressions: [{key: a, operator: In}]}]", "E spec.discoverySelectors[0].matchExpressions[0].values: required for In")]
    [InlineData("discoverySelectors: [{matchExpressions: [{key: a, operator: in, values: [b]}]}]", "E spec.discoverySelectors[0].matchExpressions[0].operator: unknown value \"in\"")]
    [InlineData("meshMTLS: {minProtocolVersion: TLSV1_1, ecdhCurves: [P-256]}", "E spec.meshMTLS.ecdhCurves: curves cannot be chosen for mutual TLS inside the mesh;E spec.meshMTLS.minProtocolVersion: must be TLS_AUTO, TLSV1_2 or TLSV1_3")]
    [InlineData("tlsDefaults: {ecdhCurves: [P-1, P-256, P-256]}", "W spec.tlsDefaults.ecdhCurves[0]: unknown curve \"P-1\"; it is not used;W spec.tlsDefaults.ecdhCurves[2]: the curve P-256 is given twice")]
    [InlineData("extensionProviders: [{name: a, envoyExtAuthzGrpc: {service: a.b.c, port: 9000}}, {name: a, prometheus: {}}]", "E spec.extensionProviders[1].name: the provider \"a\" is given twice")]
    [InlineData("extensionProviders: [{name: a}]", "E spec.extensionProviders[0]: must say what it is: envoyExtAuthzHttp, envoyExtAuthzGrpc, opentelemetry, zipkin, prometheus, envoyFileAccessLog or another")]
    [InlineData("extensionProviders: [{name: a, zipkin: {service: \"*.b\", port: 0}, prometheus: {}}]",
        "E spec.extensionProviders[0].zipkin.port: must be from 1 to 65535, is 0;E spec.extensionProviders[0]: only one of zipkin, prometheus may be set;E spec.extensionProviders[0].zipkin.service: \"*.b\" is a wildcard, which cannot be sent to")]
    [InlineData("extensionProviders: [{name: a, envoyExtAuthzHttp: {service: n/a.b, port: 80, pathPrefix: x, statusOnError: \"777\", includeRequestHeadersInCheck: [x], timeout: 5s}}]",
        "E spec.extensionProviders[0].envoyExtAuthzHttp.pathPrefix: must start with \"/\", \"x\" does not;E spec.extensionProviders[0].envoyExtAuthzHttp.statusOnError: \"777\" is not an HTTP status")]
    [InlineData("extensionProviders: [{name: a, opentelemetry: {service: a, port: 4317, http: {path: /v1}, grpc: {}}}]", "E spec.extensionProviders[0].opentelemetry: only one of http, grpc may be set")]
    [InlineData("extensionProviders: [{name: a, envoyFileAccessLog: {path: /dev/stdout, logFormat: {labels: {a: \"%X%\", b: {c: [1, true, null]}}}}}]", "")]
    [InlineData("extensionProviders: [{name: a, envoyFileAccessLog: {logFormat: {labels: x}}}]", "E spec.extensionProviders[0].envoyFileAccessLog.logFormat.labels: must be a map, is the string \"x\"")]
    [InlineData("extensionProviders: [{name: a, lightstep: {service: a, port: 80, accessToken: [secret]}}]", "E spec.extensionProviders[0].lightstep.accessToken: must be a string, is a list")]
    [InlineData("extensionProviders: [{name: a, lightstep: {service: a, port: 80, accessToken: 12345}}]", "E spec.extensionProviders[0].lightstep.accessToken: must be a string")]
    [InlineData("defaultProviders: {accessLogging: [envoy, mine]}", "W spec.defaultProviders.accessLogging[1]: there is no extension provider \"mine\"")]
    [InlineData("outboundClusterStatName: \"%SERVICE%_%NOPE%\"", "E spec.outboundClusterStatName: unknown variable %NOPE%")]
    [InlineData("accessLogEncoding: JSON\naccessLogFormat: text", "E spec.accessLogFormat: must be a JSON map of strings when accessLogEncoding is JSON")]
    [InlineData("localityLbSetting: {distribute: [{from: a, to: {b: 50}}]}", "E spec.localityLbSetting.distribute[0].to: the shares must add up to 100, not 50")]
    [InlineData("compliancePolicy: fips", "E spec.compliancePolicy: unknown standard \"fips\"")]
    [InlineData("caCertificates: [{pem: x}, {}]", "E spec.caCertificates[0].pem: has no certificate in PEM form;E spec.caCertificates[1]: must set pem or spiffeBundleUrl")]
    [InlineData("defaultConfig: {drainDuration: 100ms}", "E spec.defaultConfig.drainDuration: must be at least 1000ms, is 100ms")]
    [InlineData("defaultConfig: {discoveryAddress: here, tracing: {datadog: {address: $(HOST_IP):8126}}}", "E spec.defaultConfig.discoveryAddress: \"here\" is not a host with a port")]
    [InlineData("defaultConfig: {controlPlaneAuthPolicy: MUTUAL_TLS, configPath: /etc}", "")]
    [InlineData("defaultConfig: {controlPlaneAuthPolicy: INHERIT}", "E spec.defaultConfig.controlPlaneAuthPolicy: the mesh has nothing to inherit from")]
    public void MeshConfig(string spec, string problems) =>
        Assert.Equal(problems, string.Join(';', Read.Problems("MeshConfig", spec, "default").Where(p => !p.EndsWith(": not enforced", StringComparison.Ordinal))));

    [Theory]
    [InlineData("accessLogFile: /dev/stdout", "W spec.accessLogFile: not enforced")]
    [InlineData("defaultServiceExportTo: [\".\"]", "E spec.defaultServiceExportTo: not enforced")]
    [InlineData("ingressControllerMode: DEFAULT", "W spec.ingressControllerMode: not enforced")]
    [InlineData("extensionProviders: [{name: a, prometheus: {}}]", "W spec.extensionProviders: not enforced")]
    [InlineData("defaultConfig: {controlPlaneAuthPolicy: NONE, drainDuration: 1s}", "E spec.defaultConfig.controlPlaneAuthPolicy: not enforced")]
    [InlineData("defaultConfig: {discoveryAddress: \"istiod.istio-system.svc:15012\"}", "W spec.defaultConfig.discoveryAddress: not enforced")]
    public void MeshConfig_FieldThatIsNotEnforced_IsRefusedOrWarnedAbout(string spec, string problems) =>
        Assert.Equal(problems, string.Join(';', Read.Problems("MeshConfig", spec, "default")));
}
