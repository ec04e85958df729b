using Envoy.Config.Core.V3;
using Envoy.Extensions.Filters.Http.Fault.V3;
using Envoy.Type.V3;
using Google.Protobuf.Collections;
using Google.Protobuf.WellKnownTypes;
using Mesh.Protocol;
using Mesh.Sidecar.Cors;
using Mesh.Sidecar.Faults;
using Mesh.Sidecar.Routing;
using CorsPolicy = Envoy.Extensions.Filters.Http.Cors.V3.CorsPolicy;
using XdsFaultAbort = Envoy.Extensions.Filters.Http.Fault.V3.FaultAbort;
using XdsFaultDelay = Envoy.Extensions.Filters.Common.Fault.V3.FaultDelay;

namespace Mesh.Sidecar.Discovery;

/// <summary>Reads what routes and virtual hosts say to HTTP filters (<c>typed_per_filter_config</c>); the nearest to the request counts.</summary>
internal static class FilterDecoder
{
    private const string CorsPolicyType = "type.googleapis.com/envoy.extensions.filters.http.cors.v3.CorsPolicy";

    public static RouteModel Apply(RouteModel model, params ReadOnlySpan<MapField<string, Any>> levels)
    {
        FaultModel? fault = null;
        var policies = new List<CorsPolicy>();
        foreach (var level in levels)
            foreach (var (name, any) in level)
                switch (any.TypeUrl)
                {
                    case TypeUrls.Fault:
                        fault ??= Fault(HTTPFault.Parser.ParseFrom(any.Value));
                        break;
                    case CorsPolicyType:
                        policies.Add(CorsPolicy.Parser.ParseFrom(any.Value));
                        break;
                    default:
                        throw InvalidResourceException.Unsupported($"typed_per_filter_config[{name}]: {any.TypeUrl}");
                }
        return fault is null && policies.Count == 0 ? model : model with { Fault = fault, Cors = policies.Count == 0 ? null : Cors(policies) };
    }

    /// <summary>Null when it does nothing.</summary>
    public static FaultModel? Fault(HTTPFault fault)
    {
        EnforcedFields.Check(fault);
        if (fault.Delay is null && fault.Abort is null) return null;
        return new FaultModel
        {
            Delay = fault.Delay is null ? null : Delay(fault.Delay),
            Abort = fault.Abort is null ? null : Abort(fault.Abort),
            Headers = [.. fault.Headers.Select(MatcherDecoder.Header)],
            DownstreamNodes = [.. fault.DownstreamNodes],
            MaxActive = fault.MaxActiveFaults is { } limit and <= int.MaxValue ? (int)limit : int.MaxValue,
        };
    }

    public static FractionMatch? Fraction(RuntimeFractionalPercent? fraction)
    {
        if (fraction?.DefaultValue is not { } value) return null;
        return new FractionMatch((uint)Math.Min(1_000_000, (ulong)value.Numerator * (1_000_000 / Scale(value))));
    }

    private static Faults.FaultDelay Delay(XdsFaultDelay delay) => delay.FaultDelaySecifierCase switch
    {
        XdsFaultDelay.FaultDelaySecifierOneofCase.FixedDelay => new Faults.FaultDelay(delay.FixedDelay.ToTimeSpan(), Share(delay.Percentage)),
        XdsFaultDelay.FaultDelaySecifierOneofCase.HeaderDelay => new Faults.FaultDelay(null, Share(delay.Percentage)),
        _ => throw new InvalidResourceException("fault.delay without a delay"),
    };

    private static Faults.FaultAbort Abort(XdsFaultAbort abort)
    {
        var share = Share(abort.Percentage);
        switch (abort.ErrorTypeCase)
        {
            case XdsFaultAbort.ErrorTypeOneofCase.HttpStatus when abort.HttpStatus is >= 200 and < 600:
                return new Faults.FaultAbort((int)abort.HttpStatus, null, share);
            case XdsFaultAbort.ErrorTypeOneofCase.GrpcStatus:
                return new Faults.FaultAbort(null, (int)abort.GrpcStatus, share);
            case XdsFaultAbort.ErrorTypeOneofCase.HeaderAbort:
                return new Faults.FaultAbort(null, null, share);
            default:
                throw new InvalidResourceException("fault.abort needs a gRPC status, an HTTP status from 200 to 599, or header_abort");
        }
    }

    // Without a percentage nothing is injected (Envoy).
    private static FaultShare Share(FractionalPercent? percentage) =>
        percentage is null ? new FaultShare(0, 100) : new FaultShare(percentage.Numerator, Scale(percentage));

    private static uint Scale(FractionalPercent percentage) => percentage.Denominator switch
    {
        FractionalPercent.Types.DenominatorType.Hundred => 100,
        FractionalPercent.Types.DenominatorType.TenThousand => 10_000,
        _ => 1_000_000,
    };

    // Envoy asks the nearest policy that says something, field by field; whether there is one at all, the nearest alone.
    private static CorsModel Cors(List<CorsPolicy> policies)
    {
        foreach (var policy in policies) EnforcedFields.Check(policy);
        return new CorsModel
        {
            Origins = [.. (policies.Find(p => p.AllowOriginStringMatch.Count > 0)?.AllowOriginStringMatch ?? []).Select(MatcherDecoder.String)],
            Methods = First(p => p.AllowMethods),
            Headers = First(p => p.AllowHeaders),
            Exposed = First(p => p.ExposeHeaders),
            MaxAge = First(p => p.MaxAge),
            Credentials = policies.Find(p => p.AllowCredentials is not null)?.AllowCredentials ?? false,
            PrivateNetwork = policies.Find(p => p.AllowPrivateNetworkAccess is not null)?.AllowPrivateNetworkAccess ?? false,
            ForwardsUnmatched = policies.Find(p => p.ForwardNotMatchingPreflights is not null)?.ForwardNotMatchingPreflights ?? true,
            Enabled = Fraction(policies[0].FilterEnabled) is { Millionths: < 1_000_000 } share ? share : null,
        };

        string First(Func<CorsPolicy, string> field) => policies.Select(field).FirstOrDefault(t => t.Length > 0) ?? "";
    }
}
