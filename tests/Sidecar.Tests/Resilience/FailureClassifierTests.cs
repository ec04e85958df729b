using Mesh.Sidecar.Resilience;
using Yarp.ReverseProxy.Forwarder;

namespace Mesh.Sidecar.Tests.Resilience;

/// <summary>What the library below reports of a try over HTTP/2 that brought no response, and what may be done about it.</summary>
public sealed class FailureClassifierTests
{
    // RFC 9113, 7.
    private const long NoError = 0, InternalError = 2, RefusedStream = 7;

    public static TheoryData<string, ForwarderError, Exception> NotTaken => new()
    {
        { "GOAWAY, again and again", ForwarderError.Request, Wrapped(new HttpProtocolException(NoError, "", null)) },
        { "GOAWAY, the body gone", ForwarderError.RequestBodyCanceled, Wrapped(new InvalidOperationException()) },
        { "GOAWAY, among others", ForwarderError.Request, new AggregateException(new OperationCanceledException(), Wrapped(new InvalidOperationException())) },
    };

    /// <summary>Nobody has begun with the request: it goes again whatever its method, and costs no retry.</summary>
    [Theory]
    [MemberData(nameof(NotTaken))]
    public void RequestNobodyTook_IsSafeAndUnspent(string what, ForwarderError error, Exception exception)
    {
        var result = FailureClassifier.Classify(error, exception, gotResponse: false, clientGone: false, timedOut: null);
        Assert.True(result.Failure is { SafeToRepeat: true, IsUnspent: true }, what);
        Assert.Equal(ProxyOutcome.UpstreamRemoteReset, result.Outcome);
    }

    [Theory]
    [InlineData(RefusedStream, true)]
    [InlineData(InternalError, false)]
    public void ResetStream_CostsARetry_AndIsSafeIfRefused(long code, bool isSafe)
    {
        var result = FailureClassifier.Classify(ForwarderError.Request, Wrapped(new HttpProtocolException(code, "", null)), gotResponse: false, clientGone: false, timedOut: null);
        Assert.Equal((isSafe, false, ProxyOutcome.UpstreamRemoteReset), (result.Failure.SafeToRepeat, result.Failure.IsUnspent, result.Outcome));
    }

    [Fact]
    public void AfterAResponse_NothingIsSafe()
    {
        var result = FailureClassifier.Classify(ForwarderError.ResponseBodyDestination, Wrapped(new HttpProtocolException(NoError, "", null)), gotResponse: true, clientGone: false, timedOut: null);
        Assert.Equal((false, false), (result.Failure.SafeToRepeat, result.Failure.IsUnspent));
    }

    private static HttpRequestException Wrapped(Exception inner) => new("", inner);
}
