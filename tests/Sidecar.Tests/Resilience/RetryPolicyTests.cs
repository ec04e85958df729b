using Mesh.Sidecar.Resilience;

namespace Mesh.Sidecar.Tests.Resilience;

public sealed class RetryPolicyTests
{
    [Theory]
    [InlineData("5xx", 500, -1, true)]
    [InlineData("gateway-error", 500, -1, false)]
    [InlineData("gateway-error", 504, -1, true)]
    [InlineData("retriable-4xx", 409, -1, true)]
    [InlineData("retriable-4xx", 404, -1, false)]
    [InlineData("503,502", 503, -1, true)]
    [InlineData("503", 502, -1, false)]
    [InlineData("unavailable", 200, 14, true)]
    [InlineData("unavailable", 200, 13, false)]
    [InlineData("internal", 200, 13, true)]
    [InlineData("cancelled,deadline-exceeded,resource-exhausted", 200, 8, true)]
    [InlineData("connect-failure", 503, -1, false)]
    public void Judge_Response_FollowsTheConditions(string on, int status, int grpc, bool expected)
    {
        Assert.True(RetryConditions.TryParse(on, out var conditions, out var codes, out _));
        var policy = new RetryPolicyModel { On = conditions, StatusCodes = codes, IsExplicit = true };
        Assert.Equal(expected ? RetryVerdict.Yes : RetryVerdict.No, policy.Judge("POST", new ResponseFacts(status, grpc, null)));
    }

    [Fact]
    public void DefaultPolicy_RepeatsWhatMayHaveArrivedOnlyIfIdempotent()
    {
        var policy = new RetryPolicyModel { On = RetryOn.ServerError | RetryOn.ConnectFailure };
        Assert.Equal(RetryVerdict.Yes, policy.Judge("GET", new ResponseFacts(503, -1, null)));
        Assert.Equal(RetryVerdict.Withheld, policy.Judge("POST", new ResponseFacts(503, -1, null)));
        Assert.Equal(RetryVerdict.Yes, policy.Judge("POST", new TryFailure(IsConnectFailure: true, false, false)));
        Assert.Equal(RetryVerdict.Withheld, policy.Judge("POST", new TryFailure(false, false, IsTimeout: true)));
    }

    [Fact]
    public void BackOff_StaysBelowTheMaximum()
    {
        var policy = new RetryPolicyModel();
        Assert.Equal(25, policy.BackOff(1, 1).TotalMilliseconds);
        Assert.Equal(75, policy.BackOff(2, 1).TotalMilliseconds);
        Assert.Equal(250, policy.BackOff(30, 1).TotalMilliseconds);
        Assert.Equal(0, policy.BackOff(5, 0).TotalMilliseconds);
    }

    [Fact]
    public void TryParse_UnknownCondition_IsNamed()
    {
        Assert.False(RetryConditions.TryParse("5xx,sometimes", out _, out _, out var unknown));
        Assert.Equal("sometimes", unknown);
    }

    [Fact]
    public async Task ReplayBody_GivesTheSameBytesAgain_UntilItOverflows()
    {
        var data = new byte[100_000];
        Random.Shared.NextBytes(data);
        var small = new ReplayBody(new MemoryStream(data, 0, 1000), ReplayBody.DefaultLimit, 1000);
        Assert.Equal(data[..1000], await ReadAllAsync(small));
        Assert.True(small.CanReplay);
        small.Rewind();
        Assert.Equal(data[..1000], await ReadAllAsync(small));
        Assert.Equal(1000, small.Received);
        small.Release();

        var large = new ReplayBody(new MemoryStream(data), ReplayBody.DefaultLimit, null);
        Assert.Equal(data, await ReadAllAsync(large));
        Assert.False(large.CanReplay);
    }

    [Fact]
    public async Task ReplayBody_RewoundHalfWay_ContinuesWithTheRest()
    {
        var data = new byte[3000];
        Random.Shared.NextBytes(data);
        var body = new ReplayBody(new MemoryStream(data), ReplayBody.DefaultLimit, null);
        await body.ReadExactlyAsync(new byte[1000]);
        body.Rewind();
        Assert.Equal(data, await ReadAllAsync(body));
        body.Rewind();
        Assert.Equal(data, await ReadAllAsync(body));
    }

    [Fact]
    public void Outcomes_HaveEnvoysCodesAndFlags()
    {
        Assert.Equal((503, "UH"), Face(ProxyOutcome.NoHealthyUpstream));
        Assert.Equal((503, "UF"), Face(ProxyOutcome.UpstreamConnectFailure));
        Assert.Equal((504, "UT"), Face(ProxyOutcome.UpstreamTimeout));
        Assert.Equal((404, "NR"), Face(ProxyOutcome.RouteNotFound));
        Assert.Equal((0, "DC"), Face(ProxyOutcome.DownstreamDisconnect));
        foreach (var outcome in Enum.GetValues<ProxyOutcome>()) Assert.NotNull(ProxyOutcomes.Face(outcome));
        Assert.Equal(14, ProxyOutcomes.GrpcStatus(503));
    }

    private static (int, string) Face(ProxyOutcome outcome) => (ProxyOutcomes.Face(outcome).Status, ProxyOutcomes.Face(outcome).Flag);

    private static async Task<byte[]> ReadAllAsync(Stream stream)
    {
        using var all = new MemoryStream();
        await stream.CopyToAsync(all);
        return all.ToArray();
    }
}
