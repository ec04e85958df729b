using System.Collections.Immutable;
using Mesh.Core.Fields;

namespace Mesh.Core.Resources.GatewayApi;

/// <summary>How long requests may take; <c>0s</c> is without end.</summary>
public sealed record HttpRouteTimeouts
{
    /// <summary>For the whole request with its repetitions; null: the gateway's default.</summary>
    [Duration(0, Gateway = true)]
    public TimeSpan? Request { get; init; }

    /// <summary>For each attempt; not more than request. Null: no bound of its own.</summary>
    [Duration(0, Gateway = true)]
    public TimeSpan? BackendRequest { get; init; }
}

/// <summary>Which requests are tried again.</summary>
public sealed record HttpRouteRetry
{
    /// <summary>Status codes of answers after which a request is tried again; connection errors always count.</summary>
    [Range(400, 599)]
    public ImmutableArray<int> Codes { get; init; } = [];

    /// <summary>Repetitions at most; null: the gateway's default.</summary>
    [Range(0, int.MaxValue)]
    public int? Attempts { get; init; }

    /// <summary>The shortest wait before a repetition; null: the gateway's default.</summary>
    [Duration(0, Gateway = true)]
    public TimeSpan? Backoff { get; init; }
}

/// <summary>Keeps a client on its backend.</summary>
public sealed record SessionPersistence
{
    /// <summary>The name of the cookie or header; empty: chosen.</summary>
    [Size(0, 128)]
    public string SessionName { get; init; } = "";

    /// <summary>How long a session lasts at most; required for a permanent cookie.</summary>
    [Duration(0, Gateway = true)]
    public TimeSpan? AbsoluteTimeout { get; init; }

    /// <summary>How long a session lasts without a request.</summary>
    [Duration(0, Gateway = true)]
    public TimeSpan? IdleTimeout { get; init; }

    /// <summary>What carries the session; null: Cookie.</summary>
    public SessionPersistenceType? Type { get; init; }

    /// <summary>The cookie, for Cookie.</summary>
    public SessionCookie? CookieConfig { get; init; }
}

/// <summary>What carries a session.</summary>
[VerbatimNames]
public enum SessionPersistenceType
{
    /// <summary>A cookie.</summary>
    Cookie,

    /// <summary>A header.</summary>
    Header,
}

/// <summary>The cookie of a session.</summary>
public sealed record SessionCookie
{
    /// <summary>How long clients keep it; null: Session.</summary>
    public CookieLifetime? LifetimeType { get; init; }
}

/// <summary>How long clients keep a cookie.</summary>
[VerbatimNames]
public enum CookieLifetime
{
    /// <summary>Until the client ends.</summary>
    Session,

    /// <summary>For the session's absoluteTimeout.</summary>
    Permanent,
}
