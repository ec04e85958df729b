namespace Mesh.Sidecar.Upstreams.Http1;

/// <summary>How the sending of a request ended.</summary>
internal enum SendEnd
{
    Sent,

    /// <summary>The client went, or sent what is no body.</summary>
    ClientBroke,

    /// <summary>The upstream takes no more; it may have answered nevertheless.</summary>
    UpstreamBroke,

    /// <summary>The answer was there before all was sent.</summary>
    Stopped,
}
