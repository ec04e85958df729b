using System.Collections.Immutable;
using System.Globalization;
using Envoy.Config.Rbac.V3;
using Envoy.Config.Route.V3;
using Envoy.Type.Matcher.V3;
using Mesh.Core.Resources.Security;

namespace Mesh.Translation.Authorization;

/// <summary>Operations as Envoy's RBAC permissions.</summary>
internal static class OperationMatchers
{
    public static Permission Translate(AuthorizationOperation operation)
    {
        var all = new List<Permission>();
        Add(all, operation.Hosts, operation.NotHosts, Host);
        Add(all, operation.Ports, operation.NotPorts, Port);
        Add(all, operation.Methods, operation.NotMethods, Method);
        Add(all, operation.Paths, operation.NotPaths, Path);
        return All(all);
    }

    public static void Add(List<Permission> all, ImmutableArray<string> values, ImmutableArray<string> not, Func<string, Permission> translate)
    {
        if (values.Length > 0) all.Add(Any(values.Select(translate)));
        if (not.Length > 0) all.Add(new Permission { NotRule = Any(not.Select(translate)) });
    }

    public static Permission All(IReadOnlyList<Permission> all) => all.Count switch
    {
        0 => new Permission { Any = true },
        1 => all[0],
        _ => new Permission { AndRules = new Permission.Types.Set { Rules = { all } } },
    };

    public static Permission Port(string port) => new() { DestinationPort = uint.Parse(port, CultureInfo.InvariantCulture) };

    public static Permission Address(string block) => new() { DestinationIp = SourceMatchers.Cidr(block) };

    private static Permission Any(IEnumerable<Permission> any)
    {
        var list = any.ToList();
        return list.Count == 1 ? list[0] : new Permission { OrRules = new Permission.Types.Set { Rules = { list } } };
    }

    private static Permission Host(string word) => new() { Header = Header(":authority", WordMatchers.Of(word, ignoreCase: true)) };

    private static Permission Method(string word) => new() { Header = Header(":method", WordMatchers.Of(word)) };

    private static Permission Path(string path) => new() { UrlPath = new PathMatcher { Path = WordMatchers.Path(path) } };

    private static HeaderMatcher Header(string name, StringMatcher value) => new() { Name = name, StringMatch = value };
}
