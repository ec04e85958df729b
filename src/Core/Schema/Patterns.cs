namespace Mesh.Core.Schema;

/// <summary>The forms of names and values as RE2 patterns, for schemas; the rules in <c>Validation</c> say the same with better words.</summary>
internal static class Patterns
{
    private const string LabelBody = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
    private const string AnyCaseBody = "[a-zA-Z0-9]([-a-zA-Z0-9]*[a-zA-Z0-9])?";
    private const string HostBody = AnyCaseBody + "(\\." + AnyCaseBody + ")*";
    private const string SubdomainBody = LabelBody + "(\\." + LabelBody + ")*";
    private const string Address = "[0-9a-fA-F]*:[0-9a-fA-F:.]*";

    public const string Label = "^" + LabelBody + "$";

    /// <summary>The name of a subset.</summary>
    public const string AnyCaseLabel = "^" + AnyCaseBody + "$";

    public const string AnyCaseLabelOrEmpty = "^(" + AnyCaseBody + ")?$";

    public const string LabelOrEmpty = "^(" + LabelBody + ")?$";

    public const string SubdomainOrEmpty = "^(" + SubdomainBody + ")?$";

    /// <summary>A host to send to.</summary>
    public const string Host = "^(" + HostBody + "\\.?|" + Address + ")$";

    public const string HostOrWildcard = "^(\\*|(\\*[.-]?)?" + HostBody + "\\.?|" + Address + ")$";

    /// <summary>A host or wildcard, optionally after a namespace, <c>.</c> or <c>*</c> and a slash.</summary>
    public const string ScopedHost = "^((\\*|\\.|~|" + LabelBody + ")/)?(\\*|(\\*[.-]?)?" + HostBody + "\\.?|" + Address + ")$";

    /// <summary><c>mesh</c>, <c>name</c> or <c>namespace/name</c>.</summary>
    public const string GatewayName = "^(" + LabelBody + "/)?" + SubdomainBody + "$";

    /// <summary>A namespace or one of the signs for all, the own and none.</summary>
    public const string Export = "^(\\*|\\.|~|" + LabelBody + ")$";

    /// <summary>As <see cref="Fields.Durations"/> reads them; none is negative.</summary>
    public const string Duration = "^\\+?(0|(([0-9]+\\.?[0-9]*|\\.[0-9]+)(ns|us|µs|ms|s|m|h))+)$";

    public const string IpAddress = "^([0-9]{1,3}(\\.[0-9]{1,3}){3}|" + Address + ")$";

    /// <summary>A value for which nothing is said, or a path.</summary>
    public const string PathOrEmpty = "^(/[^\\x00-\\x20\\x7f]*)?$";
}
