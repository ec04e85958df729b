using Mesh.Sidecar.Authentication;
using Mesh.Sidecar.Faults;
using Mesh.Sidecar.RateLimits;
using Mesh.Sidecar.Routing;

namespace Mesh.Sidecar.Http;

/// <summary>What an HTTP connection manager says. Immutable but for the route table behind <see cref="Routes"/>.</summary>
internal sealed record HttpChainModel(RouteConfigState Routes)
{
    public PathPolicy Paths { get; init; } = PathPolicy.AsWritten;

    /// <summary>A Host that ends in a dot is the same without.</summary>
    public bool StripTrailingDot { get; init; }
    public bool StripAnyPort { get; init; }

    /// <summary>This is an edge: the client's address goes into X-Forwarded-For, and what it says of itself is not believed.</summary>
    public bool IsEdge { get; init; }
    /// <summary>Tells the application of the client's certificate in x-forwarded-client-cert (SANITIZE_SET).</summary>
    public bool DescribeClient { get; init; }

    /// <summary>With the certificate itself.</summary>
    public bool DescribeCertificate { get; init; }

    /// <summary>The same, behind what the client says there of those before it (APPEND_FORWARD).</summary>
    public bool AppendClient { get; init; }

    /// <summary>Passes x-forwarded-client-cert on as it came, over mutual TLS only (FORWARD_ONLY).</summary>
    public bool ForwardClient { get; init; }

    /// <summary>The fault filter is there, with or without something to do of its own; without it the routes' is not asked for (Envoy).</summary>
    public bool HasFaults { get; init; }
    public FaultModel? Fault { get; init; }
    public bool HasCors { get; init; }

    /// <summary>Who verifies tokens; null: nobody.</summary>
    public TokenAuthenticator? Tokens { get; init; }

    /// <summary>Bytes of a request's body, of gRPC those of one message; null: no limit.</summary>
    public long? MaxRequestBytes { get; init; }

    /// <summary>How many requests are admitted; null: all.</summary>
    public RateLimiter? Limits { get; init; }

    /// <summary>How long a stream may be silent where its route says nothing; null is for ever.</summary>
    public TimeSpan? StreamIdleTimeout { get; init; }
    public bool GenerateRequestId { get; init; } = true;
    public bool AcceptsHttp10 { get; init; }

    /// <summary>Protocols that a client may change to; offers of others are refused.</summary>
    public string[] Upgrades { get; init; } = [];
    public ServerHeader Server { get; init; } = ServerHeader.AsReceived;
}
