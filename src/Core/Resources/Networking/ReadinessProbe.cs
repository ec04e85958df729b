using System.Collections.Immutable;
using Mesh.Core.Fields;

namespace Mesh.Core.Resources.Networking;

/// <summary>How a workload's health is found out, as in a pod's readiness probe. Exactly one of the four methods must be given.</summary>
public sealed record ReadinessProbe
{
    private const string Method = "healthCheckMethod";

    /// <summary>Seconds after the start before the first probe; default 0.</summary>
    [Range(0, int.MaxValue)]
    public int InitialDelaySeconds { get; init; }

    /// <summary>Seconds after which a probe counts as failed; 0: 1.</summary>
    [Range(0, int.MaxValue)]
    public int TimeoutSeconds { get; init; }

    /// <summary>Seconds between two probes; 0: 10.</summary>
    [Range(0, int.MaxValue)]
    public int PeriodSeconds { get; init; }

    /// <summary>Successes in a row that make an unhealthy workload healthy; 0: 1.</summary>
    [Range(0, int.MaxValue)]
    public int SuccessThreshold { get; init; }

    /// <summary>Failures in a row that make a healthy workload unhealthy; 0: 3.</summary>
    [Range(0, int.MaxValue)]
    public int FailureThreshold { get; init; }

    /// <summary>Healthy when a GET request is answered with a status from 200 to 399.</summary>
    [OneOf(Method)]
    public HttpHealthCheck? HttpGet { get; init; }

    /// <summary>Healthy when a connection can be opened.</summary>
    [OneOf(Method)]
    public TcpHealthCheck? TcpSocket { get; init; }

    /// <summary>Healthy when a command ends with exit code 0.</summary>
    [OneOf(Method)]
    public ExecHealthCheck? Exec { get; init; }

    /// <summary>Healthy when the gRPC health service says so.</summary>
    [OneOf(Method)]
    public GrpcHealthCheck? Grpc { get; init; }
}

/// <summary>A probe by HTTP (Istio's HTTPHealthCheckConfig).</summary>
public sealed record HttpHealthCheck
{
    /// <summary>The path asked for; empty: <c>/</c>.</summary>
    public string Path { get; init; } = "";

    /// <summary>The port asked.</summary>
    [Required, Range(1, 65535)]
    public int Port { get; init; }

    /// <summary>The host asked; empty: the workload itself.</summary>
    public string Host { get; init; } = "";

    /// <summary><c>HTTP</c> or <c>HTTPS</c>; empty: HTTP. Certificates are not verified.</summary>
    public string Scheme { get; init; } = "";

    /// <summary>Headers of the request; a name may be repeated.</summary>
    public ImmutableArray<HttpHealthCheckHeader> HttpHeaders { get; init; } = [];
}

/// <summary>A header of a probe (Istio's HTTPHeader).</summary>
public sealed record HttpHealthCheckHeader
{
    /// <summary>The header's name.</summary>
    [Required]
    public string Name { get; init; } = "";

    /// <summary>The header's value.</summary>
    public string Value { get; init; } = "";
}

/// <summary>A probe by opening a connection (Istio's TCPHealthCheckConfig).</summary>
public sealed record TcpHealthCheck
{
    /// <summary>The host connected to; empty: the workload itself.</summary>
    public string Host { get; init; } = "";

    /// <summary>The port connected to.</summary>
    [Required, Range(1, 65535)]
    public int Port { get; init; }
}

/// <summary>A probe by a command (Istio's ExecHealthCheckConfig).</summary>
public sealed record ExecHealthCheck
{
    /// <summary>The program and its arguments; run without a shell.</summary>
    [Required]
    public ImmutableArray<string> Command { get; init; } = [];
}

/// <summary>A probe by gRPC's health checking protocol (Istio's GrpcHealthCheckConfig).</summary>
public sealed record GrpcHealthCheck
{
    /// <summary>The port asked.</summary>
    [Required, Range(1, 65535)]
    public int Port { get; init; }

    /// <summary>The service whose health is asked for; empty: the server as a whole.</summary>
    public string Service { get; init; } = "";
}
