using System.Globalization;
using Microsoft.Extensions.Primitives;

namespace Mesh.Sidecar.Faults;

/// <summary>Reads what a request itself says about faults. Pure but for the draw.</summary>
internal static class FaultDecision
{
    /// <summary>The delay drawn for this request; zero: none.</summary>
    public static TimeSpan DelayOf(FaultDelay delay, IHeaderDictionary headers)
    {
        // Envoy draws first, so that a request without the header counts in the draw too; no one can tell the difference.
        if (delay.Fixed is { } time) return delay.Share.Draw() ? time : TimeSpan.Zero;
        if (!Share(delay.Share, headers["x-envoy-fault-delay-request-percentage"]).Draw()) return TimeSpan.Zero;
        return First(headers["x-envoy-fault-delay-request"], out var milliseconds) && milliseconds <= int.MaxValue
            ? TimeSpan.FromMilliseconds(milliseconds) : TimeSpan.Zero;
    }

    /// <summary>The statuses drawn for this request, of which one is set; null: no abort. A status in a header that is none is ignored.</summary>
    public static (int? Http, int? Grpc)? AbortOf(FaultAbort abort, IHeaderDictionary headers)
    {
        if (!abort.IsByHeader) return abort.Share.Draw() ? (abort.HttpStatus, abort.GrpcStatus) : null;
        if (!Share(abort.Share, headers["x-envoy-fault-abort-request-percentage"]).Draw()) return null;
        if (First(headers["x-envoy-fault-abort-request"], out var http) && http is >= 200 and < 600) return ((int)http, null);
        if (First(headers["x-envoy-fault-abort-grpc-request"], out var grpc) && grpc <= int.MaxValue) return (null, (int)grpc);
        return null;
    }

    /// <summary>A header may lower the share, never raise it.</summary>
    private static FaultShare Share(FaultShare configured, StringValues header) =>
        First(header, out var parts) && parts < configured.Parts ? configured with { Parts = (uint)parts } : configured;

    // Nobody vouches for these headers: Envoy takes the first value only.
    private static bool First(StringValues header, out ulong value)
    {
        value = 0;
        return header.Count > 0 && ulong.TryParse(header[0], NumberStyles.None, CultureInfo.InvariantCulture, out value);
    }
}
