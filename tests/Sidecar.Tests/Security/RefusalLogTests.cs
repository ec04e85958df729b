using Mesh.Sidecar.Hosting;
using Mesh.Sidecar.Security;
using Mesh.Sidecar.Tests.Harness;

namespace Mesh.Sidecar.Tests.Security;

public sealed class RefusalLogTests
{
    private readonly ManualTime _time = new();
    private readonly StringWriter _text = new();
    private readonly RefusalLog _log;

    public RefusalLogTests() => _log = new RefusalLog(_time, new StderrLogging(_text, TimeProvider.System).CreateLogger("Mesh.Sidecar"));

    [Fact]
    public void Add_AFlood_IsOneLineAtOnceAndOnePerPeriod()
    {
        for (var i = 0; i < 1000; i++) _log.Add($"peer-{i}", "no certificate");
        Assert.EndsWith("peer peer-0 refused: no certificate", Assert.Single(Lines()));
        _time.Advance(RefusalLog.Period);
        Assert.EndsWith("999 more peers refused within 10 seconds, the last of them peer-999: no certificate", Lines()[1]);
        _log.Add("late", "foreign");
        Assert.Equal(2, Lines().Length);
        _time.Advance(RefusalLog.Period);
        Assert.Contains("1 more peers refused", Lines()[2]);
    }

    [Fact]
    public void Add_AfterAQuietPeriod_IsSaidAtOnceAgain()
    {
        _log.Add("one", "foreign");
        _time.Advance(RefusalLog.Period);
        _log.Add("two", "foreign");
        Assert.Equal(2, Lines().Length);
        Assert.EndsWith("peer two refused: foreign", Lines()[1]);
    }

    private string[] Lines() => _text.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
}
