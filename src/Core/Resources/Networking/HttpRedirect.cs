using Mesh.Core.Fields;

namespace Mesh.Core.Resources.Networking;

/// <summary>Answers with a redirect instead of forwarding (Istio's HTTPRedirect). What is not given stays as it was requested.</summary>
public sealed record HttpRedirect
{
    /// <summary>Replaces the whole path; one that starts with <c>%PREFIX()%</c> keeps what follows the matched prefix. Empty keeps the path.</summary>
    public string Uri { get; init; } = "";

    /// <summary>Replaces the host, optionally with a port. Empty keeps it.</summary>
    public string Authority { get; init; } = "";

    /// <summary>The port redirected to.</summary>
    [OneOf("redirectPort"), Range(1, 65535)]
    public int? Port { get; init; }

    /// <summary>Where the port comes from when it is not given.</summary>
    [OneOf("redirectPort")]
    public RedirectPortSelection? DerivePort { get; init; }

    /// <summary><c>http</c> or <c>https</c>. Empty keeps it.</summary>
    public string Scheme { get; init; } = "";

    /// <summary>The response's status: 301, 302, 303, 307 or 308; 301 when 0.</summary>
    public int RedirectCode { get; init; }
}

/// <summary>Where the port of a redirect comes from when it is not given.</summary>
public enum RedirectPortSelection
{
    /// <summary>The standard port of the redirect's scheme.</summary>
    FromProtocolDefault,

    /// <summary>The port the request came in on.</summary>
    FromRequestPort,
}
