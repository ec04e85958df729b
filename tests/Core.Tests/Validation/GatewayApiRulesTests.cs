namespace Mesh.Core.Tests.Validation;

public sealed class GatewayApiRulesTests
{
    private const string Route = "rules: [{backendRefs: [{name: a, port: 80}], ";

    [Theory]
    [InlineData("controllerName: example.com/c", "")]
    [InlineData("controllerName: c", "E spec.controllerName: \"c\" is not a domain with a path")]
    public void GatewayClass(string spec, string problems) => Assert.Equal(problems, Read.OfSpec("GatewayClass", spec));

    [Theory]
    [InlineData("gatewayClassName: c\nlisteners: [{name: a, port: 80, protocol: HTTP}, {name: b, port: 443, protocol: HTTPS, tls: {certificateRefs: [{name: s}]}}, {name: c, port: 443, protocol: TLS, hostname: a.com, tls: {mode: Passthrough}}]", "")]
    [InlineData("gatewayClassName: c", "E spec.listeners: required")]
    [InlineData("gatewayClassName: c\nlisteners: [{name: a, port: 80, protocol: HTTP, tls: {options: {a: b}}}]", "E spec.listeners[0].tls: HTTP has no TLS")]
    [InlineData("gatewayClassName: c\nlisteners: [{name: a, port: 80, protocol: HTTPS, tls: {mode: Passthrough}}]", "E spec.listeners[0].tls.mode: must be Terminate for protocol HTTPS")]
    [InlineData("gatewayClassName: c\nlisteners: [{name: a, port: 80, protocol: HTTPS, tls: {}}]", "E spec.listeners[0].tls: must have certificateRefs or options for Terminate")]
    [InlineData("gatewayClassName: c\nlisteners: [{name: a, port: 80, protocol: TLS}]", "E spec.listeners[0].tls: required for protocol TLS")]
    [InlineData("gatewayClassName: c\nlisteners: [{name: a, port: 80, protocol: tcp, hostname: a.com}]", "E spec.listeners[0].hostname: TCP has no host names")]
    [InlineData("gatewayClassName: c\nlisteners: [{name: a, port: 80, protocol: HTTP}, {name: a, port: 81, protocol: HTTP}]", "E spec.listeners[1].name: the listener \"a\" is given twice")]
    [InlineData("gatewayClassName: c\nlisteners: [{name: a, port: 80, protocol: HTTP}, {name: b, port: 80, protocol: HTTP}]", "E spec.listeners[1]: has the same port, protocol and hostname as listeners[0]")]
    [InlineData("gatewayClassName: c\nlisteners: [{name: a, port: 80, protocol: HTTP, hostname: 1.2.3.4}]", "E spec.listeners[0].hostname: \"1.2.3.4\" must be a DNS name, not an address")]
    [InlineData("gatewayClassName: c\nlisteners: [{name: a, port: 80, protocol: HTTP, hostname: a.*.com}]", "E spec.listeners[0].hostname: \"a.*.com\" is not a host name: lower-case letters, digits, dashes and dots, optionally after \"*.\"")]
    [InlineData("gatewayClassName: c\nlisteners: [{name: a, port: 80, protocol: HTTP, allowedRoutes: {namespaces: {from: Selector}}}]", "E spec.listeners[0].allowedRoutes.namespaces.selector: required for Selector")]
    [InlineData("gatewayClassName: c\nlisteners: [{name: a, port: 80, protocol: HTTP}]\naddresses: [{value: x}, {type: Hostname, value: a.com}, {type: Hostname, value: a.com}]", "E spec.addresses[0].value: \"x\" is not an IP address;E spec.addresses[2].value: \"a.com\" is given twice")]
    public void Gateway(string spec, string problems) => Assert.Equal(problems, Read.OfSpec("Gateway.gateway.networking.k8s.io", spec));

    [Theory]
    [InlineData("parentRefs: [{name: g}]\nhostnames: [\"*.a.com\"]\n" + Route + "matches: [{path: {value: /a}, method: GET, headers: [{name: x, value: z}]}], timeouts: {request: 1m, backendRequest: 30s}}]", "")]
    [InlineData("parentRefs: [{name: g}, {name: g}]", "E spec.parentRefs[1]: is given twice")]
    [InlineData("parentRefs: [{name: g, sectionName: a}, {name: g}]", "E spec.parentRefs[1]: refers to a parent that is referred to before")]
    [InlineData("parentRefs: [{name: g, sectionName: a}, {name: g, sectionName: b}]", "")]
    [InlineData("hostnames: [1.2.3.4]", "E spec.hostnames[0]: \"1.2.3.4\" must be a DNS name, not an address")]
    [InlineData(Route + "name: a}, {name: a}]", "E spec.rules[1].name: the rule \"a\" is given twice")]
    [InlineData(Route + "matches: [{path: {value: a}}, {path: {value: /a//b}}, {path: {value: /a/..}}, {path: {value: /a b}}]}]",
        "E spec.rules[0].matches[0].path.value: must start with \"/\", \"a\" does not;E spec.rules[0].matches[1].path.value: must not contain \"//\";E spec.rules[0].matches[2].path.value: must not end with \"/..\" or \"/.\";E spec.rules[0].matches[3].path.value: \"/a b\" has characters that paths do not have unescaped")]
    [InlineData(Route + "matches: [{path: {type: RegularExpression, value: \"(a\"}}]}]", "E spec.rules[0].matches[0].path.value: \"(a\" is not a usable regular expression: an opening parenthesis without a closing one")]
    [InlineData(Route + "matches: [{headers: [{name: a, value: b}, {name: A, value: b}]}]}]", "E spec.rules[0].matches[0].headers[1].name: the header \"A\" is given twice")]
    [InlineData(Route + "matches: [{method: get}]}]", "E spec.rules[0].matches[0].method: unknown value \"get\"")]
    [InlineData("rules: [{backendRefs: [{name: a}]}]", "E spec.rules[0].backendRefs[0].port: required for a Service")]
    [InlineData("rules: [{backendRefs: [{name: a, kind: ServiceImport, group: multicluster.x-k8s.io}]}]", "")]
    [InlineData(Route + "filters: [{type: RequestRedirect, requestRedirect: {scheme: https}}]}]", "E spec.rules[0].backendRefs: a rule that redirects forwards nothing")]
    [InlineData(Route + "filters: [{type: URLRewrite, requestMirror: {backendRef: {name: a, port: 1}}}]}]", "E spec.rules[0].filters[0].requestMirror: is not of this type;E spec.rules[0].filters[0].urlRewrite: required for this type")]
    [InlineData(Route + "filters: [{type: URLRewrite, urlRewrite: {path: {type: ReplacePrefixMatch, replacePrefixMatch: /b}}}]}]", "")]
    [InlineData(Route + "matches: [{path: {type: Exact, value: /a}}], filters: [{type: URLRewrite, urlRewrite: {path: {type: ReplacePrefixMatch, replacePrefixMatch: /b}}}]}]", "E spec.rules[0].filters[0].urlRewrite.path.replacePrefixMatch: needs exactly one match in the rule, with a path of type PathPrefix")]
    [InlineData(Route + "matches: [{path: {type: PathPrefix, value: /a}}], filters: [{type: URLRewrite, urlRewrite: {path: {type: ReplacePrefixMatch, replacePrefixMatch: /b}}}]}]", "")]
    [InlineData(Route + "filters: [{type: URLRewrite, urlRewrite: {path: {type: ReplaceFullPath, replacePrefixMatch: /b}}}]}]",
        "E spec.rules[0].filters[0].urlRewrite.path.replaceFullPath: required for this type;E spec.rules[0].filters[0].urlRewrite.path.replacePrefixMatch: is not of this type")]
    [InlineData(Route + "filters: [{type: RequestHeaderModifier, requestHeaderModifier: {set: [{name: a, value: b}, {name: a, value: c}]}}, {type: RequestHeaderModifier, requestHeaderModifier: {remove: [x]}}]}]",
        "E spec.rules[0].filters[0].requestHeaderModifier.set[1].name: the header \"a\" is given twice;E spec.rules[0].filters[1].type: the filter is given twice")]
    [InlineData(Route + "filters: [{type: RequestMirror, requestMirror: {backendRef: {name: a, port: 1}, percent: 5, fraction: {numerator: 200}}}]}]",
        "E spec.rules[0].filters[0].requestMirror: only one of percent, fraction may be set;E spec.rules[0].filters[0].requestMirror.fraction.numerator: must not be more than the denominator")]
    [InlineData("rules: [{filters: [{type: RequestRedirect, requestRedirect: {statusCode: 304, scheme: ftp}}]}]", "E spec.rules[0].filters[0].requestRedirect.scheme: unknown value \"ftp\";E spec.rules[0].filters[0].requestRedirect.statusCode: must be 301, 302, 303, 307, 308, is 304")]
    [InlineData(Route + "filters: [{type: CORS, cors: {allowOrigins: [\"*\", \"https://a.com\"], allowMethods: [get]}}]}]", "E spec.rules[0].filters[0].cors.allowOrigins: \"*\" cannot be combined with others;E spec.rules[0].filters[0].cors.allowMethods[0]: unknown value \"get\"")]
    [InlineData(Route + "filters: [{type: ExternalAuth, externalAuth: {protocol: GRPC, backendRef: {name: a, port: 1}, http: {}}}]}]", "E spec.rules[0].filters[0].externalAuth.http: is not of this type;E spec.rules[0].filters[0].externalAuth.grpc: required for this type")]
    [InlineData(Route + "timeouts: {request: 1s, backendRequest: 2s}}]", "E spec.rules[0].timeouts.backendRequest: must not be longer than request")]
    [InlineData(Route + "timeouts: {request: 1.5s}}]", "E spec.rules[0].timeouts.request: \"1.5s\" is not a duration of the Gateway API")]
    [InlineData(Route + "timeouts: {request: 0s, backendRequest: 2s}}]", "")]
    [InlineData(Route + "sessionPersistence: {cookieConfig: {lifetimeType: Permanent}}}]", "E spec.rules[0].sessionPersistence.absoluteTimeout: required for a cookie of lifetimeType Permanent")]
    [InlineData(Route + "retry: {codes: [200]}}]", "E spec.rules[0].retry.codes[0]: must be from 400 to 599, is 200")]
    public void HttpRoute(string spec, string problems) => Assert.Equal(problems, Read.OfSpec("HTTPRoute", spec));

    [Theory]
    [InlineData("rules: [{matches: [{method: {service: a.B, method: C}}], backendRefs: [{name: a, port: 80}]}]", "")]
    [InlineData("rules: [{matches: [{method: {}}]}]", "E spec.rules[0].matches[0].method: must set service or method")]
    [InlineData("rules: [{matches: [{method: {service: a/b}}]}]", "E spec.rules[0].matches[0].method.service: \"a/b\" is not a service with its package")]
    [InlineData("rules: [{filters: [{type: ExtensionRef}]}]", "E spec.rules[0].filters[0].extensionRef: required for this type")]
    public void GrpcRoute(string spec, string problems) => Assert.Equal(problems, Read.OfSpec("GRPCRoute", spec));

    [Theory]
    [InlineData("hostnames: [a.com]\nrules: [{backendRefs: [{name: a, port: 80}]}]", "")]
    [InlineData("rules: [{backendRefs: [{name: a, port: 80}]}]", "E spec.hostnames: required")]
    [InlineData("hostnames: [a.com]\nrules: [{backendRefs: [{name: a, port: 80}]}, {backendRefs: [{name: a, port: 80}]}]", "E spec.rules: has 2 elements; at most 1 is allowed")]
    [InlineData("hostnames: [a.com]\nrules: [{}]", "E spec.rules[0].backendRefs: required")]
    public void TlsRoute(string spec, string problems) => Assert.Equal(problems, Read.OfSpec("TLSRoute", spec));

    [Theory]
    [InlineData("from: [{group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: a}]\nto: [{group: \"\", kind: Service}]", "")]
    [InlineData("from: [{kind: HTTPRoute, namespace: a}]\nto: [{group: \"\", kind: Service}]", "E spec.from[0].group: required")]
    public void ReferenceGrant(string spec, string problems) => Assert.Equal(problems, Read.OfSpec("ReferenceGrant", spec));

    [Theory]
    [InlineData("targetRefs: [{group: \"\", kind: Service, name: a}]\nvalidation: {hostname: a.com, wellKnownCACertificates: System}", "")]
    [InlineData("targetRefs: [{group: \"\", kind: Service, name: a}, {group: \"\", kind: Service, name: a, sectionName: b}]\nvalidation: {hostname: a.com, wellKnownCACertificates: System}", "E spec.targetRefs[1].sectionName: required in all references to a target that is referred to more than once")]
    [InlineData("targetRefs: [{group: \"\", kind: Service, name: a}]\nvalidation: {hostname: \"*.com\"}", "E spec.validation: must set caCertificateRefs or wellKnownCACertificates;E spec.validation.hostname: \"*.com\" is not a host name without wildcard")]
    [InlineData("targetRefs: [{group: \"\", kind: Service, name: a}]\nvalidation: {hostname: a.com, wellKnownCACertificates: System, subjectAltNames: [{type: URI, hostname: a.com}]}",
        "E spec.validation.subjectAltNames[0].uri: required for type URI;E spec.validation.subjectAltNames[0].hostname: is not of type URI")]
    public void BackendTlsPolicy(string spec, string problems) => Assert.Equal(problems, Read.OfSpec("BackendTLSPolicy", spec));
}
