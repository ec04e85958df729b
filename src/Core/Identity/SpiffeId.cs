using System.Diagnostics.CodeAnalysis;

namespace Mesh.Core.Identity;

/// <summary>
/// A SPIFFE ID, <c>spiffe://trust-domain/path</c> (SPIFFE-ID specification, section 2). Workloads use Istio's path
/// <c>/ns/NAMESPACE/sa/SERVICE-ACCOUNT</c>; node agents use <c>/agent/NODE</c> and control-plane replicas <c>/cp/REPLICA</c>.
/// Immutable; equality is ordinal.
/// </summary>
public sealed record SpiffeId
{
    private const string Scheme = "spiffe://";
    private const int MaxLength = 2048;

    private SpiffeId(string trustDomain, string path)
    {
        TrustDomain = trustDomain;
        Path = path;
    }

    /// <summary>The trust domain: lower-case letters, digits, dots, dashes and underscores.</summary>
    public string TrustDomain { get; }

    /// <summary>The path, with its leading slash; never empty.</summary>
    public string Path { get; }

    public static SpiffeId ForWorkload(string trustDomain, string @namespace, string serviceAccount) =>
        Create(trustDomain, "ns", @namespace, "sa", serviceAccount);

    public static SpiffeId ForAgent(string trustDomain, string node) => Create(trustDomain, "agent", node);

    public static SpiffeId ForReplica(string trustDomain, string replica) => Create(trustDomain, "cp", replica);

    /// <summary>Parses <paramref name="text"/>; false when it is not a SPIFFE ID with a path.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out SpiffeId? id)
    {
        id = null;
        if (text is null || text.Length > MaxLength || !text.StartsWith(Scheme, StringComparison.Ordinal)) return false;
        var slash = text.IndexOf('/', Scheme.Length);
        if (slash < 0) return false;
        var trustDomain = text[Scheme.Length..slash];
        var path = text[slash..];
        if (!IsTrustDomain(trustDomain) || !IsPath(path)) return false;
        id = new SpiffeId(trustDomain, path);
        return true;
    }

    /// <summary>The namespace and service account of a workload's ID; false for agents, replicas and foreign paths.</summary>
    public bool TryGetWorkload([NotNullWhen(true)] out string? @namespace, [NotNullWhen(true)] out string? serviceAccount)
    {
        var parts = Path.Split('/');
        var isWorkload = parts.Length == 5 && parts[1] == "ns" && parts[3] == "sa";
        @namespace = isWorkload ? parts[2] : null;
        serviceAccount = isWorkload ? parts[4] : null;
        return isWorkload;
    }

    /// <summary>The node of an agent's ID; false for every other.</summary>
    public bool TryGetAgent([NotNullWhen(true)] out string? node)
    {
        node = Path.StartsWith("/agent/", StringComparison.Ordinal) && Path.IndexOf('/', 7) < 0 ? Path[7..] : null;
        return node is not null;
    }

    /// <summary>Whether this is the ID of a control-plane replica.</summary>
    public bool IsReplica => Path.StartsWith("/cp/", StringComparison.Ordinal);

    public override string ToString() => Scheme + TrustDomain + Path;

    // A name with a slash in it would make the ID of somebody else.
    private static SpiffeId Create(string trustDomain, params ReadOnlySpan<string> segments)
    {
        var text = $"{Scheme}{trustDomain}/{string.Join('/', segments)}";
        foreach (var segment in segments)
            if (segment.Contains('/', StringComparison.Ordinal)) throw new ArgumentException($"'{segment}' in '{text}' contains a slash");
        return TryParse(text, out var id) ? id : throw new ArgumentException($"'{text}' is not a SPIFFE ID");
    }

    private static bool IsTrustDomain(string value)
    {
        if (value.Length is 0 or > 255) return false;
        foreach (var c in value)
            if (!(char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '.' or '-' or '_')) return false;
        return true;
    }

    private static bool IsPath(string value)
    {
        if (value.Length < 2 || value[^1] == '/') return false;
        foreach (var segment in value[1..].Split('/'))
        {
            if (segment is "" or "." or "..") return false;
            foreach (var c in segment)
                if (!(char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_')) return false;
        }
        return true;
    }
}
