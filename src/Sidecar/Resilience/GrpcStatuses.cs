namespace Mesh.Sidecar.Resilience;

/// <summary>gRPC's status codes and the HTTP statuses they stand for.</summary>
internal static class GrpcStatuses
{
    public const int ResourceExhausted = 8;

    /// <summary>Envoy's mapping, by which gRPC errors count in outlier detection.</summary>
    public static int ToHttp(int grpcStatus) => grpcStatus switch
    {
        0 => 200,
        1 => 499,
        3 or 9 or 11 => 400,
        4 => 504,
        5 => 404,
        6 or 10 => 409,
        7 => 403,
        8 => 429,
        12 => 501,
        14 => 503,
        16 => 401,
        _ => 500,
    };
}
