using System.Globalization;

namespace Mesh.Cli.Local.Planning;

/// <summary>
/// The variables an application is told: its ports, its sidecar's outbound listener, and, as Kubernetes does, where each Service of
/// its namespace is. What the user wrote in <c>env</c> wins.
/// </summary>
internal static class AppEnvironment
{
    public const int OutboundPort = 15001;

    /// <summary>Never inherited: a NO_PROXY or HTTPS_PROXY of the developer's shell must not lead calls around the sidecar.</summary>
    public static readonly IReadOnlyList<string> ProxyVariables =
    [
        "HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy", "GRPC_PROXY", "grpc_proxy",
    ];

    public static IReadOnlyDictionary<string, string> Build(
        RegistrationFile registration, IReadOnlyList<ServicePlan> services, IReadOnlyDictionary<string, string> user)
    {
        var environment = new SortedDictionary<string, string>(StringComparer.Ordinal);
        AddPorts(environment, registration.Ports);
        if (registration.Role == "sidecar") AddMesh(environment, registration, services);
        foreach (var (name, value) in user) environment[name] = value;
        return environment;
    }

    private static void AddPorts(SortedDictionary<string, string> environment, IReadOnlyDictionary<string, int> ports)
    {
        var first = true;
        foreach (var (target, port) in ports.OrderBy(p => int.Parse(p.Key, CultureInfo.InvariantCulture)))
        {
            var text = port.ToString(CultureInfo.InvariantCulture);
            if (first) environment["PORT"] = text;
            environment[$"PORT_{target}"] = text;
            first = false;
        }
    }

    private static void AddMesh(SortedDictionary<string, string> environment, RegistrationFile registration, IReadOnlyList<ServicePlan> services)
    {
        var outbound = $"{registration.Address}:{OutboundPort}";
        environment["HTTP_PROXY"] = environment["http_proxy"] = $"http://{outbound}";
        environment["MESH_OUTBOUND"] = outbound;
        foreach (var service in services.Where(s => s.Namespace == registration.Namespace && s.Ports.Count > 0))
        {
            var prefix = Variable(service.Name);
            environment[$"{prefix}_SERVICE_HOST"] = registration.Aliases[$"{service.Namespace}/{service.Name}"];
            environment[$"{prefix}_SERVICE_PORT"] = service.Ports[0].Port.ToString(CultureInfo.InvariantCulture);
            foreach (var (name, port) in service.Ports.Where(p => p.Name.Length > 0))
                environment[$"{prefix}_SERVICE_PORT_{Variable(name)}"] = port.ToString(CultureInfo.InvariantCulture);
        }
    }

    private static string Variable(string name) => name.ToUpperInvariant().Replace('-', '_').Replace('.', '_');
}
