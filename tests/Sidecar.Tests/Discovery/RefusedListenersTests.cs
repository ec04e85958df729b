using Envoy.Config.Listener.V3;
using Mesh.Sidecar.Discovery;
using Mesh.Sidecar.Tests.Harness;

namespace Mesh.Sidecar.Tests.Discovery;

public sealed class RefusedListenersTests
{
    private readonly ManualTime _time = new();

    [Fact]
    public void TakeDue_TryAfterTry_BacksOffToHalfAMinute()
    {
        var refused = new RefusedListeners(_time);
        Assert.Null(refused.UntilDue);
        refused.Add(new Listener { Name = "a" });
        Assert.Empty(refused.TakeDue());
        foreach (var seconds in (int[])[1, 2, 4, 8, 16, 30, 30])
        {
            Assert.Equal(TimeSpan.FromSeconds(seconds), refused.UntilDue);
            _time.Advance(TimeSpan.FromSeconds(seconds));
            Assert.Equal("a", Assert.Single(refused.TakeDue()).Name);
        }
        refused.Remove("a");
        Assert.Null(refused.UntilDue);
    }
}
