namespace Mesh.Core.Tests.Validation;

public sealed class VirtualServiceRulesTests
{
    private const string Route = "route: [{destination: {host: a}}]";

    [Theory]
    [InlineData("route: [{destination: {host: a}, weight: 1}, {destination: {host: b}, weight: 99}]", "")]
    [InlineData("route: [{destination: {host: a}, weight: 0}]", "")]
    [InlineData("route: [{destination: {host: a}, weight: 7}]", "")]
    [InlineData("route: [{destination: {host: a}, weight: 1}, {destination: {host: b}, weight: 1}]", "")]
    [InlineData("route: [{destination: {host: a}}, {destination: {host: b}}]", "E spec.http[0].route: the weights of several destinations must not all be 0")]
    [InlineData("route: [{destination: {host: a}, weight: -1}, {destination: {host: b}, weight: 101}]", "E spec.http[0].route[0].weight: must be at least 0, is -1")]
    [InlineData("route: [{destination: {host: a}, weight: x}, {destination: {host: b}}]", "E spec.http[0].route[0].weight: must be a whole number, is the string \"x\"")]
    [InlineData("route: [{weight: 1}]", "E spec.http[0].route[0].destination: required")]
    [InlineData("route: [{destination: {host: a, port: {}}}]", "E spec.http[0].route[0].destination.port.number: required")]
    [InlineData("route: [{destination: {host: a, port: {number: 0}}}]", "E spec.http[0].route[0].destination.port.number: must be from 1 to 65535, is 0")]
    [InlineData("route: [{destination: {host: a, subset: V1}}]", "")]
    [InlineData("timeout: 1s", "E spec.http[0].route: required: a rule needs route, redirect or directResponse")]
    [InlineData("redirect: {uri: /a}\ndirectResponse: {status: 200}", "E spec.http[0]: only one of redirect, directResponse may be set")]
    [InlineData("redirect: {}", "E spec.http[0].redirect: must set uri, authority, port, derivePort or scheme")]
    [InlineData("redirect: {uri: /a, redirectCode: 305}", "E spec.http[0].redirect.redirectCode: must be 301, 302, 303, 307 or 308, is 305")]
    [InlineData("redirect: {port: 1, derivePort: FROM_REQUEST_PORT}", "E spec.http[0].redirect: only one of port, derivePort may be set")]
    [InlineData("redirect: {uri: \"%PREFIX()%/b\", scheme: ftp}", "E spec.http[0].redirect.scheme: must be http or https, is \"ftp\"")]
    [InlineData("redirect: {authority: \"a b\"}", "E spec.http[0].redirect.authority: \"a b\" is not a host with an optional port")]
    [InlineData("redirect: {uri: /a}\nrewrite: {uri: /b}", "E spec.http[0].rewrite: nothing is forwarded that could be rewritten")]
    [InlineData("directResponse: {status: 99}", "E spec.http[0].directResponse.status: must be from 200 to 599, is 99")]
    [InlineData("directResponse: {status: 200, body: {string: a, bytes: YQ==}}", "E spec.http[0].directResponse.body: only one of string, bytes may be set")]
    [InlineData(Route + "\nrewrite: {uri: \"/a b\"}", "E spec.http[0].rewrite.uri: \"/a b\" contains spaces or control characters")]
    [InlineData(Route + "\nrewrite: {}", "E spec.http[0].rewrite: must set uri, uriRegexRewrite or authority")]
    [InlineData(Route + "\nrewrite: {uriRegexRewrite: {match: a, rewrite: b}}", "")]
    [InlineData(Route + "\ntimeout: -1s", "E spec.http[0].timeout: -1s is negative")]
    [InlineData(Route + "\ntimeout: soon", "E spec.http[0].timeout: must be a duration, is the string \"soon\"")]
    [InlineData(Route + "\nretries: {attempts: -1}", "E spec.http[0].retries.attempts: must be from 0 to 1000, is -1")]
    [InlineData(Route + "\nretries: {attempts: 0}", "")]
    [InlineData(Route + "\nretries: {retryOn: 5xx}", "E spec.http[0].retries.attempts: must be at least 1 when anything else is set")]
    [InlineData(Route + "\nretries: {attempts: 1, retryOn: \"5xx,retriable-headers,503\"}", "")]
    [InlineData(Route + "\nretries: {attempts: 1, perTryTimeout: 0s}", "E spec.http[0].retries.perTryTimeout: must be at least 1ms, is 0s")]
    [InlineData(Route + "\nretries: {attempts: 1, backoff: 1s}", "")]
    [InlineData(Route + "\ntimeout: 1s\nretries: {attempts: 1, perTryTimeout: 2s}", "W spec.http[0].retries.perTryTimeout: longer than the timeout of the whole request, which ends the try first")]
    [InlineData(Route + "\nheaders: {request: {set: {Host: \"a:80\"}}}", "")]
    [InlineData(Route + "\nheaders: {response: {set: {host: a}}}", "E spec.http[0].headers.response.set.host: \"host\" cannot be changed here")]
    [InlineData(Route + "\nheaders: {request: {remove: [\":path\"]}}", "E spec.http[0].headers.request.remove[0]: \":path\" cannot be changed here")]
    [InlineData(Route + "\nheaders: {request: {add: {x: \"50%%\"}}}", "")]
    [InlineData(Route + "\nheaders: {request: {add: {x: \"%REQ(a)%\"}}}", ""),
     InlineData(Route + "\nheaders: {request: {add: {x: \"%REQ(a)\"}}}", "E spec.http[0].headers.request.add.x: \"%REQ(a)\": no substitution begins at its character 1; a percent sign is written \"%%\"")]
    [InlineData(Route + "\ndelegate: {name: x}", "E spec.http[0]: only one of route, delegate may be set")]
    [InlineData(Route + "\nmirrors: []", "")]
    [InlineData(Route + "\nmirrors: [{destination: {host: b}}]", "")]
    public void Check_HttpRule_SaysWhatIsWrong(string rule, string problems) =>
        AssertProblems(problems, "hosts: [a]\nhttp:\n- " + rule.Replace("\n", "\n  ", StringComparison.Ordinal));

    [Theory]
    [InlineData("{uri: {exact: /a, prefix: /b}}", "E spec.http[0].match[0].uri: only one of exact, prefix may be set")]
    [InlineData("{uri: {}}", "E spec.http[0].match[0].uri: must set exact, prefix or regex")]
    [InlineData("{uri: {prefix: \"\"}}", "")]
    [InlineData("{uri: {prefix: a}}", "W spec.http[0].match[0].uri.prefix: never matches: paths start with \"/\", \"a\" does not")]
    [InlineData("{uri: {regex: /a.*}, ignoreUriCase: true}", "W spec.http[0].match[0].ignoreUriCase: has no effect on a regular expression")]
    [InlineData("{headers: {x: {}}}", "")]
    [InlineData("{headers: {x: {exact: 1}}}", "E spec.http[0].match[0].headers.x.exact: must be a string, is the number 1")]
    [InlineData("{headers: {x: a}}", "E spec.http[0].match[0].headers.x: must be a map, is the string \"a\"")]
    [InlineData("{headers: {\":path\": {exact: a}}}", "E spec.http[0].match[0].headers.:path: \":path\" is not a header")]
    [InlineData("{headers: {uri: {exact: a}}}", "E spec.http[0].match[0].headers.uri: \"uri\" is matched by its own field")]
    [InlineData("{port: 65536}", "E spec.http[0].match[0].port: must be from 1 to 65535, is 65536")]
    [InlineData("{sourceLabels: {a: \"b c\"}}", "E spec.http[0].match[0].sourceLabels.a: \"b c\" must be of letters, digits, \"-\", \"_\" and \".\", with a letter or digit at both ends")]
    [InlineData("{sourceNamespace: A}", "E spec.http[0].match[0].sourceNamespace: \"A\" must be of lower-case letters, digits and dashes, with a letter or digit at both ends")]
    [InlineData("{gateways: [a/b/c]}", "E spec.http[0].match[0].gateways[0]: \"a/b/c\" does not name a gateway")]
    [InlineData("[]", "E spec.http[0].match[0]: must be a map, is a list")]
    public void Check_Match_SaysWhatIsWrong(string match, string problems) => AssertProblems(problems, $"hosts: [a]\nhttp:\n- match: [{match}]\n  {Route}");

    [Theory]
    [InlineData("hosts: []", "")]
    [InlineData("hosts: a", "E spec.hosts: must be a list, is the string \"a\"")]
    [InlineData("hosts: [a, a]", "E spec.hosts[1]: \"a\" is given twice")]
    [InlineData("hosts: [\"*.a.com\", 10.1.2.3, a.b.svc.cluster.local]", "")]
    [InlineData("hosts: [\"a.*\"]", "E spec.hosts[0]: \"a.*\" is not a host name: letters, digits, dashes and dots, or an IP address")]
    [InlineData("hosts: [\"*\"]", "E spec.hosts[0]: \"*\" is not allowed for sidecars")]
    [InlineData("hosts: [\"*\"]\ngateways: [gw]", "")]
    [InlineData("hosts: [\"*\"]\ngateways: [gw, mesh]", "E spec.hosts[0]: \"*\" is not allowed for sidecars")]
    [InlineData("hosts: [a]\nexportTo: [., other]", "")]
    [InlineData("hosts: [a]\nexportTo: [\"*\", other]", "E spec.exportTo[0]: \"*\" cannot be combined with others")]
    public void Check_Hosts_SaysWhatIsWrong(string spec, string problems) => AssertProblems(problems, $"{spec}\nhttp: [{{{Route}}}]");

    [Fact]
    public void Check_WithoutRules_IsRefused() => AssertProblems("E spec.http: required: an object without rules routes nothing", "hosts: [a]");

    [Fact]
    public void Check_RuleAfterACatchAll_IsWarnedAbout() =>
        AssertProblems("W spec.http[1]: never reached: http[0] matches every request", $"hosts: [a]\nhttp: [{{{Route}}}, {{match: [{{uri: {{prefix: /a}}}}], {Route}}}]");

    private static void AssertProblems(string expected, string spec) => Assert.Equal(expected, string.Join(';', Read.Problems("VirtualService", spec)));
}
