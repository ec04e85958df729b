using Mesh.Cli.Local.Tour;

namespace Mesh.Cli.Tests.Local.Tour;

public sealed class MetricSampleTests
{
    [Fact]
    public void Parse_TextFormat_ReadsNamesLabelsAndValues()
    {
        const string Text =
            """
            # HELP istio_requests_total requests
            # TYPE istio_requests_total counter
            istio_requests_total{reporter="source",response_code="200",odd="a\"b,c=}d"} 12
            up 1
            h_bucket{le="+Inf"} 3 1700000000
            """;

        var samples = MetricSample.Parse(Text);

        Assert.Equal(["istio_requests_total", "up", "h_bucket"], samples.Select(s => s.Name));
        Assert.Equal(["source", "200", "a\"b,c=}d"], ((string[])["reporter", "response_code", "odd"]).Select(samples[0].Label));
        Assert.Equal([12, 1, 3], samples.Select(s => s.Value));
    }
}
