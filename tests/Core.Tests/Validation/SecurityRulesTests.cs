namespace Mesh.Core.Tests.Validation;

public sealed class SecurityRulesTests
{
    [Theory]
    [InlineData("mtls: {mode: STRICT}", "")]
    [InlineData("mtls: {mode: 3}", "")]
    [InlineData("mtls: {mode: 4}", "E spec.mtls.mode: unknown value \"4\"")]
    [InlineData("portLevelMtls: {80: {mode: DISABLE}}", "E spec.portLevelMtls: needs a selector with labels")]
    [InlineData("selector: {matchLabels: {a: b}}\nportLevelMtls: {}", "E spec.portLevelMtls: must have at least one port")]
    [InlineData("selector: {matchLabels: {a: b}}\nport_level_mtls: {80: {mode: DISABLE}}", "")]
    [InlineData("selector: {matchLabels: {a: b}}\nport_level_mtls: {80: {}}\nportLevelMtls: {81: {}}", "E spec.portLevelMtls: given twice, as portLevelMtls and as port_level_mtls")]
    [InlineData("selector: {}", "W spec.selector: selects all workloads")]
    public void PeerAuthentication(string spec, string problems) => Assert.Equal(problems, Read.OfSpec("PeerAuthentication", spec));

    [Theory]
    [InlineData("jwtRules: [{issuer: a, jwksUri: \"https://a.com/keys\", fromHeaders: [{name: x-t, prefix: \"Bearer \"}], fromParams: [t], fromCookies: [c], timeout: 1.5s, spaceDelimitedClaims: [scope2]}]", "")]
    [InlineData("jwtRules: [{jwks_uri: \"https://a.com/keys\"}]", "")]
    [InlineData("jwtRules: [{}]", "E spec.jwtRules[0].issuer: required, unless jwksUri is given")]
    [InlineData("jwtRules: [{issuer: a, audiences: [\"\"]}]", "E spec.jwtRules[0].audiences[0]: must not be empty")]
    [InlineData("jwtRules: [{issuer: a, jwksUri: \"ftp://a.com\"}]", "E spec.jwtRules[0].jwksUri: \"ftp://a.com\" is not a URL with http or https")]
    [InlineData("jwtRules: [{issuer: a, jwksUri: \"http://a.com\"}]", "W spec.jwtRules[0].jwksUri: the keys are fetched without TLS, so whoever can change that traffic can forge tokens")]
    [InlineData("jwtRules: [{issuer: a, jwksUri: \"https://a.com\", jwks: '{\"keys\": [{\"kty\": \"RSA\"}]}'}]", "E spec.jwtRules[0]: only one of jwksUri, jwks may be set")]
    [InlineData("jwtRules: [{issuer: a, jwks: '{\"keys\": [{}]}'}]", "E spec.jwtRules[0].jwks: not a set of keys (JWKS): each key must have its type, \"kty\"")]
    [InlineData("jwtRules: [{issuer: a, jwks: '{\"keys\": [{\"kty\": \"oct\"}]}'}]", "E spec.jwtRules[0].jwks: not a set of keys (JWKS): a symmetric key (oct) would let every proxy sign tokens; use a key pair")]
    [InlineData("targetRefs: [{kind: ServiceEntry, group: networking.istio.io, name: s}, {kind: Service, name: s}]", "E spec.targetRefs[0]: a ServiceEntry as a target is not enforced")]
    [InlineData("jwtRules: [{issuer: a, jwks: nonsense}]", "E spec.jwtRules[0].jwks: not a set of keys (JWKS): it is not JSON")]
    [InlineData("jwtRules: [{issuer: a, jwks: '{}'}]", "E spec.jwtRules[0].jwks: not a set of keys (JWKS): it has no \"keys\"")]
    [InlineData("jwtRules: [{issuer: a, fromHeaders: [{name: \"x y\"}]}]", "E spec.jwtRules[0].fromHeaders[0].name: \"x y\" is not a header name")]
    [InlineData("jwtRules: [{issuer: a, fromHeaders: [x-t]}]", "E spec.jwtRules[0].fromHeaders[0]: must be a map, is the string \"x-t\"")]
    [InlineData("jwtRules: [{issuer: a, fromParams: [\"\"], fromCookies: [\"\"]}]", "E spec.jwtRules[0].fromParams[0]: must not be empty;E spec.jwtRules[0].fromCookies[0]: must not be empty")]
    [InlineData("jwtRules: [{issuer: a, outputClaimToHeaders: [{header: x-a, claim: a}, {header: X-A, claim: b}]}]", "E spec.jwtRules[0].outputClaimToHeaders[1].header: the header \"X-A\" is given twice")]
    [InlineData("jwtRules: [{issuer: a, outputClaimToHeaders: [{header: x-a}]}]", "E spec.jwtRules[0].outputClaimToHeaders[0].claim: required")]
    [InlineData("jwtRules: [{issuer: a, timeout: 0s}]", "E spec.jwtRules[0].timeout: must be at least 1ms, is 0s")]
    [InlineData("selector: {matchLabels: {a: b}}\ntargetRefs: [{kind: Gateway, group: gateway.networking.k8s.io, name: g}]",
        "E spec: only one of selector, targetRefs may be set;E spec.targetRefs[0]: a Gateway as a target is not enforced")]
    [InlineData("targetRefs: [{kind: Service, name: s, namespace: other}]", "E spec.targetRefs[0].namespace: must be left out: a policy is for objects of its own namespace")]
    [InlineData("targetRefs: [{kind: Pod, name: s}]", "E spec.targetRefs[0].kind: \"Pod\" cannot be a target")]
    [InlineData("targetRefs: [{kind: Gateway, group: networking.istio.io, name: s}]", "E spec.targetRefs[0].group: \"networking.istio.io\" has no Gateway that can be a target")]
    [InlineData("targetRef: {kind: ServiceEntry, group: networking.istio.io}", "E spec.targetRef.name: required")]
    [InlineData("selector: {matchLabels: {a: \"b*\"}}", "E spec.selector.matchLabels.a: \"b*\" must be of letters, digits, \"-\", \"_\" and \".\", with a letter or digit at both ends")]
    public void RequestAuthentication(string spec, string problems) => Assert.Equal(problems, Read.OfSpec("RequestAuthentication", spec));

    [Theory]
    [InlineData("{}", "")]
    [InlineData("rules: [{}]", "")]
    [InlineData("action: DENY", "E spec.rules: required: without rules nothing matches, and DENY does nothing")]
    [InlineData("action: CUSTOM\nprovider: {name: p}", "E spec.rules: required: without rules nothing matches, and CUSTOM does nothing")]
    [InlineData("action: CUSTOM\nrules: [{}]", "E spec.provider.name: required for CUSTOM: it says who decides")]
    [InlineData("action: ALLOW\nprovider: {name: p}", "E spec.provider: only CUSTOM has a provider")]
    [InlineData("action: CUSTOM\nprovider: {name: p}\nrules: [{from: [{source: {namespaces: [a], ipBlocks: [10.0.0.1]}}], when: [{key: request.auth.principal, values: [a]}]}]",
        "E spec.rules[0].from[0].source.namespaces: cannot be asked for with action CUSTOM;E spec.rules[0].when[0].key: request.auth.principal cannot be asked for with action CUSTOM")]
    [InlineData("rules: [null]", "E spec.rules[0]: must be a map, is null")]
    [InlineData("rules: [{from: []}]", "E spec.rules[0].from: must not be empty")]
    [InlineData("rules: [{to: []}]", "E spec.rules[0].to: must not be empty")]
    [InlineData("rules: [{from: [{}]}]", "E spec.rules[0].from[0].source: required")]
    [InlineData("rules: [{from: [{source: {}}]}]", "E spec.rules[0].from[0].source: must not be empty")]
    [InlineData("rules: [{to: [{operation: {}}]}]", "E spec.rules[0].to[0].operation: must not be empty")]
    [InlineData("rules: [{from: [{source: {principals: [\"\", \"*\", cluster.local/ns/*, \"*/sa/x\"]}}]}]", "E spec.rules[0].from[0].source.principals[0]: must not be empty")]
    [InlineData("rules: [{from: [{source: {principals: [spiffe://cluster.local/ns/a/sa/b]}}]}]", "W spec.rules[0].from[0].source.principals[0]: never matches: identities stand here without their scheme")]
    [InlineData("rules: [{from: [{source: {principals: [a*b]}}]}]", "W spec.rules[0].from[0].source.principals[0]: a star is a wildcard only at one end; the others in \"a*b\" are compared as they are")]
    [InlineData("rules: [{from: [{source: {ipBlocks: [10.0.0.0/8, 1.2.3.4, \"fd00::/8\", 10.0.0.0/33, x], remoteIpBlocks: [1.2.3]}}]}]",
        "E spec.rules[0].from[0].source.ipBlocks[3]: \"10.0.0.0/33\" is not an IP address or network;E spec.rules[0].from[0].source.ipBlocks[4]: \"x\" is not an IP address or network;E spec.rules[0].from[0].source.remoteIpBlocks[0]: \"1.2.3\" is not an IP address or network")]
    [InlineData("rules: [{from: [{source: {serviceAccounts: [a, ns/b, c*, a/b/c]}}]}]", "E spec.rules[0].from[0].source.serviceAccounts[2]: \"c*\" has a wildcard; service accounts match exactly;E spec.rules[0].from[0].source.serviceAccounts[3]: \"a/b/c\" is not a service account")]
    [InlineData("rules: [{from: [{source: {serviceAccounts: [a], notNamespaces: [b]}}]}]", "E spec.rules[0].from[0].source: serviceAccounts cannot stand beside principals or namespaces")]
    [InlineData("rules: [{from: [{source: {trustDomains: [a.b], notTrustDomains: [\"c*\"]}}]}]", "")]
    [InlineData("rules: [{to: [{operation: {ports: [\"80\", \"70000\", http]}}]}]", "E spec.rules[0].to[0].operation.ports[1]: \"70000\" is not a port from 1 to 65535;E spec.rules[0].to[0].operation.ports[2]: \"http\" is not a port from 1 to 65535")]
    [InlineData("rules: [{to: [{operation: {ports: [80]}}]}]", "E spec.rules[0].to[0].operation.ports[0]: must be a string, is the number 80")]
    [InlineData("rules: [{to: [{operation: {methods: [get]}}]}]", "W spec.rules[0].to[0].operation.methods[0]: never matches: methods are in upper case, \"get\" is not")]
    [InlineData("rules: [{to: [{operation: {paths: [\"/a/{*}/b\", \"/a/{**}\", \"/{**}/b\", /x*, \"*/y\", \"*\"]}}]}]", "")]
    [InlineData("rules: [{to: [{operation: {paths: [\"/a/{**}/{*}\"]}}]}]", "E spec.rules[0].to[0].operation.paths[0]: \"/a/{**}/{*}\" is not a template: {*} may not stand after {**}")]
    [InlineData("rules: [{to: [{operation: {notPaths: [\"/a/{*}/{name}\"]}}]}]", "E spec.rules[0].to[0].operation.notPaths[0]: \"/a/{*}/{name}\" is not a template: \"{name}\" is neither {*}, {**} nor plain")]
    [InlineData("rules: [{to: [{operation: {paths: [a, /b?c]}}]}]", "W spec.rules[0].to[0].operation.paths[0]: never matches: paths start with \"/\", \"a\" does not;W spec.rules[0].to[0].operation.paths[1]: never matches: paths are compared without the query")]
    [InlineData("action: DENY\nrules: [{to: [{operation: {methods: [GET]}}]}]", "W spec.rules[0]: asks only for attributes of HTTP, which plain TCP traffic does not have, so all TCP traffic is refused")]
    [InlineData("action: DENY\nrules: [{to: [{operation: {methods: [GET], ports: [\"80\"]}}]}]", "")]
    [InlineData("rules: [{when: [{key: \"request.headers[x]\", values: [a]}, {key: \"request.auth.claims[a][b]\", notValues: [a]}, {key: source.ip, values: [10.0.0.0/8]}, {key: connection.sni, values: [a.com]}]}]", "")]
    [InlineData("rules: [{when: [{key: \"request.headers[x]\"}]}]", "E spec.rules[0].when[0]: must have values or notValues")]
    [InlineData("rules: [{when: [{key: request.headers, values: [a]}]}]", "E spec.rules[0].when[0].key: \"request.headers\" names no entry")]
    [InlineData("rules: [{when: [{key: destination.name, values: [a]}]}]", "E spec.rules[0].when[0].key: \"destination.name\" is not an attribute of requests")]
    [InlineData("rules: [{when: [{key: source.namspace, values: [a]}]}]", "E spec.rules[0].when[0].key: unknown attribute \"source.namspace\"")]
    [InlineData("rules: [{when: [{key: source.ip, values: [a]}, {key: destination.port, values: [a]}]}]", "E spec.rules[0].when[0].values[0]: \"a\" is not an IP address or network;E spec.rules[0].when[1].values[0]: \"a\" is not a port from 1 to 65535")]
    public void AuthorizationPolicy(string spec, string problems) => Assert.Equal(problems, Read.OfSpec("AuthorizationPolicy", spec));

    [Fact]
    public void AuthorizationPolicy_Valid_IsStillRefusedByNameBecauseNothingEnforcesIt()
    {
        var document = Read.Spec("AuthorizationPolicy", "{}");

        Assert.Null(document.Object);
        Assert.NotNull(document.Draft);
        Assert.Equal("AuthorizationPolicy is not enforced yet", Assert.Single(document.Diagnostics).Reason);
        Assert.True(document.Diagnostics[0].IsRefusal);
    }
}
