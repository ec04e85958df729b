namespace Mesh.Cluster.Api;

/// <summary>Errors as Kubernetes' Status objects.</summary>
internal sealed record ApiStatus(string Message, string Reason, int Code)
{
    public string Kind { get; } = "Status";
    public string ApiVersion { get; } = "v1";
    public string Status { get; } = "Failure";

    public static IResult Result(int code, string message) =>
        Results.Json(new ApiStatus(message, ReasonOf(code), code), ApiJson.Options, statusCode: code);

    public static string ReasonOf(int code) => code switch
    {
        400 => "BadRequest",
        401 => "Unauthorized",
        404 => "NotFound",
        405 => "MethodNotAllowed",
        408 => "Timeout",
        409 => "Conflict",
        413 => "RequestEntityTooLarge",
        415 => "UnsupportedMediaType",
        422 => "Invalid",
        503 => "ServiceUnavailable",
        _ => "InternalError",
    };
}
