using System.Globalization;
using Mesh.Core.Resources;
using Mesh.Core.Resources.Kubernetes;

namespace Mesh.Core.Conversion.Ingresses;

/// <summary>Reads what an Ingress says, and names what of it nothing can be made of. One for each Ingress.</summary>
internal sealed class IngressReader(MeshObject ingress, IReadOnlyDictionary<(string Namespace, string Name), Service> services)
{
    private const string ClassAnnotation = "kubernetes.io/ingress.class";

    private readonly IngressSpec spec = ingress.SpecAs<IngressSpec>();
    private readonly List<ConversionRemark> remarks = [];

    public IngressPlan Read()
    {
        var annotations = ingress.Metadata.Annotations;
        var named = spec.IngressClassName.Length > 0 ? spec.IngressClassName : annotations.GetValueOrDefault(ClassAnnotation, "");
        foreach (var key in annotations.Keys.Where(k => k != ClassAnnotation && !k.StartsWith("kubectl.kubernetes.io/", StringComparison.Ordinal)))
            Lose($"metadata.annotations[\"{key}\"]", "what a controller makes of the annotation is not carried over; say it in the objects that came of it");
        IngressCertificate[] certificates = [.. spec.Tls.Select(t => new IngressCertificate(t.SecretName, t.Hosts)).Where((t, i) => HasSecret(t, i))];
        return new(ingress.Key.Name, ingress.Key.Namespace, named, ingress.Metadata.Labels, certificates, [.. ReadHosts()], remarks);
    }

    private IEnumerable<HostPlan> ReadHosts()
    {
        var byHost = new Dictionary<string, List<PathPlan>>();
        var order = new List<string>();
        for (var i = 0; i < spec.Rules.Length; i++)
        {
            var rule = spec.Rules[i];
            if (!byHost.TryGetValue(rule.Host, out var paths))
            {
                byHost[rule.Host] = paths = [];
                order.Add(rule.Host);
            }

            if (rule.Host.StartsWith("*.", StringComparison.Ordinal)) Note(Rule(i, "host"), "an Ingress's wildcard is for one label, a Gateway's for any number");
            for (var p = 0; p < (rule.Http?.Paths.Length ?? 0); p++)
                if (ReadPath(rule.Http!.Paths[p], Rule(i, string.Create(CultureInfo.InvariantCulture, $"http.paths[{p}]"))) is { } path) paths.Add(path);
        }

        if (spec.DefaultBackend is { } backend && ReadBackend(backend, "spec.defaultBackend") is var (service, port))
        {
            if (byHost.TryAdd("", [])) order.Add("");
            foreach (var paths in byHost.Values.Where(p => !p.Exists(x => x is { IsExact: false, Path: "/" }))) paths.Add(new("/", false, service, port));
        }

        return order.Where(host => byHost[host].Count > 0).Select(host => new HostPlan(host, [.. byHost[host].OrderByDescending(p => p.IsExact).ThenByDescending(p => p.Path.Length)]));
    }

    private PathPlan? ReadPath(IngressPath path, string at)
    {
        var (text, isExact) = path.PathType == IngressPathType.ImplementationSpecific ? ReadAsIstio(path.Path, at + ".pathType") : (path.Path, path.PathType == IngressPathType.Exact);
        if (path.Backend is null || ReadBackend(path.Backend, at + ".backend") is not var (service, port)) return null;
        if (text.Length == 0) text = "/";
        if (text[0] != '/') Lose(at + ".path", "a path must start with a slash; the rule is left out");
        return text[0] == '/' ? new(text, isExact, service, port) : null;
    }

    // What Istio's own ingress controller makes of it: a wildcard at the end is a prefix (of segments, as all of an Ingress's), anything else the whole path.
    private (string Path, bool IsExact) ReadAsIstio(string path, string at)
    {
        if (path is "" or "*" or "/*" or ".*") return ("/", false);
        var prefix = path.EndsWith("/*", StringComparison.Ordinal) || path.EndsWith(".*", StringComparison.Ordinal) ? path[..^2] : null;
        Note(at, prefix is null ? "ImplementationSpecific is taken as Exact, as Istio takes a path that does not end in a wildcard" : $"ImplementationSpecific is taken as Prefix {prefix}, as Istio takes a wildcard at the end");
        return (prefix ?? path, prefix is null);
    }

    private (string Service, int Port)? ReadBackend(IngressBackend backend, string at)
    {
        if (backend.Service is not { } service)
        {
            Lose(at + ".resource", $"a {backend.Resource?.Kind} cannot be sent to; the rule is left out");
            return null;
        }

        if (service.Port is { Number: > 0 } port) return (service.Name, port.Number);
        var name = service.Port?.Name ?? "";
        if (services.GetValueOrDefault((ingress.Key.Namespace, service.Name)) is not { } found)
            Lose(at + ".service.port.name", $"the number of the port {name} of the Service {service.Name} is not known; convert the Service in the same call. The rule is left out");
        else if (found.Ports.FirstOrDefault(p => p.Name == name) is { } known)
            return (service.Name, known.Port);
        else
            Lose(at + ".service.port.name", $"the Service {service.Name} has no port {name}; the rule is left out");
        return null;
    }

    private bool HasSecret(IngressCertificate certificate, int index)
    {
        if (certificate.Secret.Length > 0) return true;
        Lose(string.Create(CultureInfo.InvariantCulture, $"spec.tls[{index}]"), "names no Secret: the controller's default certificate is not carried over");
        return false;
    }

    private void Lose(string path, string text) => remarks.Add(new(true, path, text));

    private void Note(string path, string text) => remarks.Add(new(false, path, text));

    private static string Rule(int index, string field) => string.Create(CultureInfo.InvariantCulture, $"spec.rules[{index}].{field}");
}
