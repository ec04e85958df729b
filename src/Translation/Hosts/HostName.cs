namespace Mesh.Translation.Hosts;

/// <summary>Host names as Istio's objects write them: exact, <c>*.suffix</c>, <c>*-suffix</c>, or <c>*</c>. Comparison is ordinal on lower case.</summary>
internal static class HostName
{
    public static bool IsWildcard(string host) => host.StartsWith('*');

    /// <summary>
    /// A name without a dot is short for a service in <paramref name="namespace"/>, that of the object it is written in; any
    /// other name is taken as written.
    /// </summary>
    public static string Resolve(string host, string @namespace)
    {
        var lower = host.ToLowerInvariant();
        return lower.Contains('.') || lower.StartsWith('*') || lower.Length == 0
            ? lower
            : $"{lower}.{@namespace}.{ServiceName.DomainSuffix}";
    }

    /// <summary>Whether every name that <paramref name="narrow"/> stands for is also one of <paramref name="wide"/>.</summary>
    public static bool IsSubsetOf(string narrow, string wide)
    {
        if (wide == "*" || narrow == wide) return true;
        if (!IsWildcard(wide)) return false;
        var suffix = wide.AsSpan(1);
        var name = IsWildcard(narrow) ? narrow.AsSpan(1) : narrow.AsSpan();
        return name.Length > suffix.Length && name.EndsWith(suffix, StringComparison.Ordinal);
    }

    /// <summary>The names that both stand for: the narrower of the two, or null when they have none in common.</summary>
    public static string? Intersect(string left, string right) =>
        IsSubsetOf(left, right) ? left : IsSubsetOf(right, left) ? right : null;

    /// <summary>A wildcard for part of a name's first label, as <c>*-eu.example.com</c>.</summary>
    public static bool IsPartial(string host) => host.Length > 1 && host[0] == '*' && host[1] != '.';

    /// <summary>As <see cref="Patterns"/>, with wildcards for parts of labels: several times as many.</summary>
    public static IEnumerable<string> AllPatterns(string host)
    {
        yield return host;
        for (var start = IsWildcard(host) ? 2 : 1; start < host.Length; start++) yield return "*" + host[start..];
        if (host != "*") yield return "*";
    }

    /// <summary>The patterns that match <paramref name="host"/>, the most specific first: itself, <c>*.rest</c> ..., <c>*</c>.</summary>
    public static IEnumerable<string> Patterns(string host)
    {
        yield return host;
        for (var dot = host.IndexOf('.'); dot >= 0; dot = host.IndexOf('.', dot + 1))
            if (dot > 0 && !(dot == 1 && host[0] == '*'))
                yield return "*" + host[dot..];
        if (host != "*") yield return "*";
    }
}
