using Mesh.Core.Fields;

namespace Mesh.Core.Resources.Networking;

/// <summary>Answers with a redirect instead of forwarding (Istio's HTTPRedirect).</summary>
public sealed record HttpRedirect
{
    /// <summary>Replaces the whole path; empty keeps it.</summary>
    public string Uri { get; init; } = "";

    public string Authority { get; init; } = "";

    [OneOf("redirectPort"), Range(1, 65535)]
    public int? Port { get; init; }

    [OneOf("redirectPort")]
    public RedirectPortSelection? DerivePort { get; init; }

    public string Scheme { get; init; } = "";

    /// <summary>301 when 0.</summary>
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
