namespace Mesh.Core.Conversion.Ingresses;

/// <summary>An Ingress as routes, whatever they are then written as.</summary>
/// <param name="Name">Of the Ingress.</param>
/// <param name="Namespace">Of the Ingress, and of everything made of it.</param>
/// <param name="Class">Its class; empty: the default.</param>
/// <param name="Labels">Carried over to everything made of it.</param>
/// <param name="Tls">Certificates.</param>
/// <param name="Hosts">In the order they are named first; an empty host is any.</param>
/// <param name="Remarks">What was noticed.</param>
internal sealed record IngressPlan(
    string Name, string Namespace, string Class, IReadOnlyDictionary<string, string> Labels, IReadOnlyList<IngressCertificate> Tls, IReadOnlyList<HostPlan> Hosts,
    IReadOnlyList<ConversionRemark> Remarks)
{
    /// <summary>For an object of one host: the Ingress's own for the first, then numbered.</summary>
    public string NameOf(int host) => host == 0 ? Name : $"{Name}-{host + 1}";
}

/// <summary>A Secret and the hosts its certificate is for; none: all.</summary>
internal sealed record IngressCertificate(string Secret, IReadOnlyList<string> Hosts);

/// <summary>One host and its paths, those first that win.</summary>
internal sealed record HostPlan(string Host, IReadOnlyList<PathPlan> Paths);

/// <summary>One path; null and a prefix of / is everything.</summary>
internal sealed record PathPlan(string Path, bool IsExact, string Service, int Port);
