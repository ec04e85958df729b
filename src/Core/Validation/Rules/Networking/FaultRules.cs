using System.Collections.Frozen;
using Mesh.Core.Resources.Networking;

namespace Mesh.Core.Validation.Rules.Networking;

/// <summary>What deliberate faults must satisfy.</summary>
internal static class FaultRules
{
    private const double Smallest = 0.0001;

    private static readonly FrozenSet<string> GrpcStatuses = FrozenSet.ToFrozenSet(
    [
        "OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED",
        "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS", "UNAUTHENTICATED",
    ]);

    public static void Check(HttpFaultInjection fault, RuleContext context)
    {
        if (fault is { Delay: null, Abort: null }) context.ErrorOfWhole("must set delay or abort");
        if (fault.Delay is { } delay) CheckDelay(delay, context.Field("delay"));
        if (fault.Abort is { } abort) CheckAbort(abort, context.Field("abort"));
    }

    private static void CheckDelay(HttpFaultDelay delay, RuleContext context)
    {
        CheckShare(delay.Percentage, delay.Percent, context);
        if (delay is { FixedDelay: null, ExponentialDelay: null }) context.Warn("delays nothing", "Set fixedDelay.");
    }

    private static void CheckAbort(HttpFaultAbort abort, RuleContext context)
    {
        CheckShare(abort.Percentage, abort.Percent, context);
        if (abort is { HttpStatus: null, GrpcStatus: null, Http2Error: null }) context.Warn("fails nothing", "Set httpStatus or grpcStatus.");
        if (abort.GrpcStatus is { } status && !GrpcStatuses.Contains(status))
            context.Field("grpcStatus").Error($"unknown gRPC status {Names.Quote(status)}", "Use a name of gRPC's, such as NOT_FOUND or UNAVAILABLE.");
    }

    private static void CheckShare(Percent? percentage, int percent, RuleContext context)
    {
        if (percentage is { Value: > 0 and < Smallest }) context.Field("percentage").Field("value").Error("must be 0 or at least 0.0001");
        // Istio's default is none, which nobody who writes a fault can mean.
        if (percentage is null && !context.Field("percent").IsWritten) context.Field("percentage").Warn("not set, so no request suffers", "Write percentage: {value: 100} for all.");
        if (percent != 0) context.Field("percent").Warn("deprecated", "Use percentage.value.");
    }
}
