namespace Mesh.Translation.Routing;

/// <summary>gRPC's status codes by name, in their numbers' order.</summary>
internal static class GrpcStatuses
{
    private static readonly string[] Names =
    [
        "OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED", "RESOURCE_EXHAUSTED",
        "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS", "UNAUTHENTICATED",
    ];

    /// <summary>UNKNOWN's for a name that is none.</summary>
    public static uint Number(string name) => Array.IndexOf(Names, name.ToUpperInvariant()) is >= 0 and var number ? (uint)number : 2;
}
