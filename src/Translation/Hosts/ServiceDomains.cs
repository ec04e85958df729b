namespace Mesh.Translation.Hosts;

/// <summary>The names by which clients in one namespace may call a service.</summary>
internal static class ServiceDomains
{
    /// <summary>
    /// <c>reviews.default.svc.cluster.local</c>, <c>reviews</c> (only for clients of the same namespace),
    /// <c>reviews.default</c>, <c>reviews.default.svc</c>; most specific first.
    /// </summary>
    public static IEnumerable<string> Names(ServiceName service, string clientNamespace)
    {
        yield return service.Host;
        if (service.IsEntry) yield break;
        if (service.Namespace == clientNamespace) yield return service.Name;
        yield return $"{service.Name}.{service.Namespace}";
        yield return $"{service.Name}.{service.Namespace}.svc";
    }

    /// <summary>Every name with the port, and where <paramref name="isDefaultPort"/> also without.</summary>
    public static IEnumerable<string> Domains(ServiceName service, string clientNamespace, int port, bool isDefaultPort)
    {
        foreach (var name in Names(service, clientNamespace))
        {
            if (isDefaultPort) yield return name;
            yield return $"{name}:{port}";
        }
    }
}
