namespace Mesh.Core.Validation;

/// <summary>The forms of names in Kubernetes (apimachinery's validation) and DNS.</summary>
internal static class Names
{
    /// <summary>One DNS label in lower case: <c>my-name</c>.</summary>
    public static bool IsDns1123Label(string name) => IsLabel(name, allowLeadingDigit: true);

    /// <summary>A DNS label in any case, as Istio takes hosts and subsets: <c>my-Name</c>.</summary>
    public static bool IsAnyCaseLabel(string name) => IsLabel(name.ToLowerInvariant(), allowLeadingDigit: true);

    /// <summary>As a DNS-1123 label, and starting with a letter.</summary>
    public static bool IsDns1035Label(string name) => IsLabel(name, allowLeadingDigit: false);

    /// <summary>DNS labels joined by dots, at most 253 characters.</summary>
    public static bool IsDns1123Subdomain(string name) => name.Length is > 0 and <= 253 && Array.TrueForAll(name.Split('.'), IsDns1123Label);

    /// <summary>A label or annotation key: <c>app</c>, <c>example.com/app</c>.</summary>
    public static bool IsQualifiedName(string key)
    {
        var slash = key.IndexOf('/');
        var name = key[(slash + 1)..];
        return name.Length is > 0 and <= 63 && IsWord(name) && (slash < 0 || IsDns1123Subdomain(key[..slash]));
    }

    public static bool IsLabelValue(string value) => value.Length == 0 || (value.Length <= 63 && IsWord(value));

    /// <summary>A token as in RFC 9110, section 5.1, without the colon of pseudo headers.</summary>
    public static bool IsHeaderName(string name)
    {
        if (name.Length is 0 or > 256) return false;
        foreach (var c in name)
            if (!char.IsAsciiLetterOrDigit(c) && !"!#$%&'*+-.^_`|~".Contains(c, StringComparison.Ordinal)) return false;
        return true;
    }

    /// <summary>As Istio has header names in matches: letters, digits, dashes and underscores.</summary>
    public static bool IsPlainHeaderName(string name) => name.Length is > 0 and <= 256 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');

    public static string LabelReason(string name) => Reason(name, 63, "lower-case letters, digits and dashes, with a letter or digit at both ends");

    public static string AnyCaseLabelReason(string name) => Reason(name, 63, "letters, digits and dashes, with a letter or digit at both ends");

    public static string Dns1035Reason(string name) => Reason(name, 63, "lower-case letters, digits and dashes, starting with a letter and not ending with a dash");

    public static string SubdomainReason(string name) => Reason(name, 253, "lower-case letters, digits, dashes and dots, with a letter or digit at both ends of each part");

    public static string QualifiedReason(string key) => $"{Quote(key)} is not a key: letters, digits, \"-\", \"_\" and \".\", at most 63, optionally after a DNS name and a slash";

    public static string LabelValueReason(string value) => Reason(value, 63, "letters, digits, \"-\", \"_\" and \".\", with a letter or digit at both ends");

    public static string Quote(string value) => $"\"{(value.Length > 80 ? value[..80] + "..." : value)}\"";

    private static string Reason(string value, int limit, string allowed) =>
        value.Length > limit ? $"{Quote(value)} is longer than {limit} characters" : $"{Quote(value)} must be of {allowed}";

    private static bool IsLabel(string name, bool allowLeadingDigit)
    {
        if (name.Length is 0 or > 63 || name[0] == '-' || name[^1] == '-' || (!allowLeadingDigit && char.IsAsciiDigit(name[0]))) return false;
        foreach (var c in name)
            if (!(char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-')) return false;
        return true;
    }

    private static bool IsWord(string text)
    {
        if (!char.IsAsciiLetterOrDigit(text[0]) || !char.IsAsciiLetterOrDigit(text[^1])) return false;
        foreach (var c in text)
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_' or '.')) return false;
        return true;
    }
}
