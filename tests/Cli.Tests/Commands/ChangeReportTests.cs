using Mesh.Cli.Client;
using Mesh.Cli.Commands;
using Mesh.Cli.Output;

namespace Mesh.Cli.Tests.Commands;

public sealed class ChangeReportTests
{
    private static readonly ApplyResult Configured = new("a.yaml", 1, "VirtualService.networking.istio.io/default/reviews", "configured", 42, [], []);
    private static readonly ApplyResult Refused = new("a.yaml", 2, "Service/shop/ratings", "refused", 0,
        [new Finding("spec.ports[0].port", 20, "99999 is not a port", "Ports are 1 to 65535")], [new Finding("spec.type", 22, "it is ignored", null)]);

    [Fact]
    public void Write_AcceptedAndAcknowledged_PrintsObjectsAndProxies()
    {
        var (code, output, error) = Write(new ApplyAnswer(42, [Configured]), new WaitAnswer(42, true, 12, 12, [], []));

        Assert.Equal(ExitCodes.Ok, code);
        Assert.Equal("virtualservice/reviews configured\n12/12 proxies\n", output);
        Assert.Empty(error);
    }

    [Fact]
    public void Write_OneRefused_PrintsItsPlaceAndReasonAndFails()
    {
        var (code, output, error) = Write(new ApplyAnswer(42, [Configured, Refused]), null);

        Assert.Equal(ExitCodes.Failed, code);
        Assert.Equal("virtualservice/reviews configured\n", output);
        Assert.Equal(
            "warning: a.yaml:2  Service shop/ratings  spec.type: it is ignored.\n"
            + "a.yaml:2  Service shop/ratings  spec.ports[0].port: 99999 is not a port. Ports are 1 to 65535.\n", error);
    }

    [Fact]
    public void Write_ProxyRefuses_PrintsItsReasonAndFails()
    {
        var wait = new WaitAnswer(42, true, 2, 1, [new Rejection("default/a-0", "VirtualService.networking.istio.io/default/reviews", "no such cluster")], []);

        var (code, output, error) = Write(new ApplyAnswer(42, [Configured]), wait);

        Assert.Equal(ExitCodes.Failed, code);
        Assert.EndsWith("1/2 proxies\n", output, StringComparison.Ordinal);
        Assert.Equal("proxy default/a-0 refused VirtualService.networking.istio.io/default/reviews: no such cluster\n", error);
    }

    [Fact]
    public void Write_ObjectWaits_SaysForWhatOnceAndFails()
    {
        const string Key = "VirtualService.networking.istio.io/default/reviews";
        Rejection[] waiting = [new("default/a-0", Key, "spec.http[0]: waits for subset v2 of b"), new("default/b-0", Key, "spec.http[0]: waits for subset v2 of b")];

        var (code, output, error) = Write(new ApplyAnswer(42, [Configured]), new WaitAnswer(42, true, 3, 1, [], [], Waiting: waiting));

        Assert.Equal(ExitCodes.Failed, code);
        Assert.EndsWith("1/3 proxies\n", output, StringComparison.Ordinal);
        Assert.Equal("virtualservice/reviews waits on 2 of 3 proxies: spec.http[0]: waits for subset v2 of b\n", error);
    }

    [Fact]
    public void Write_Timeout_NamesThePendingProxiesAndFails()
    {
        var (code, _, error) = Write(new ApplyAnswer(42, [Configured]), new WaitAnswer(42, false, 2, 1, [], ["default/b-0"]));

        Assert.Equal(ExitCodes.Failed, code);
        Assert.Equal("not acknowledged in time by default/b-0\n", error);
    }

    [Fact]
    public void Write_TimeoutWithProxiesAway_SaysThatTheyAreNotConnected()
    {
        var (_, output, error) = Write(new ApplyAnswer(42, [Configured]), new WaitAnswer(42, false, 8, 6, [], ["default/b-0", "default/c-0"], ["default/c-0"]));

        Assert.EndsWith("6/8 proxies\n", output, StringComparison.Ordinal);
        Assert.Equal("not acknowledged in time by default/b-0, default/c-0 (not connected)\n", error);
    }

    private static (int Code, string Output, string Error) Write(ApplyAnswer answer, WaitAnswer? wait)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = ChangeReport.Write(new Terminal(output, error, isTerminal: false), answer, wait, json: false, dryRun: false);
        return (code, output.ToString(), error.ToString());
    }
}
