using Akka.Actor;
using Mesh.Cluster.Membership;
using Mesh.Cluster.OriginLogs;

namespace Mesh.Cluster.Tests.Membership;

public sealed class EssentialSupervisionTests : IDisposable
{
    private readonly ActorSystem _system = ActorSystem.Create("supervised", HoconResources.Load("base.conf"));

    [Theory]
    [InlineData(OriginLogsActor.Name)]
    [InlineData("snapshot")]
    [InlineData("registry")]
    public async Task Failure_OfAnActorThatHoldsTheModel_EndsTheReplica(string name)
    {
        _system.ActorOf(Props.Create(() => new Fragile()), name).Tell(Fragile.Break);
        await _system.WhenTerminated.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        Assert.IsType<EssentialSupervision.EssentialActorFailed>(CoordinatedShutdown.Get(_system).ShutdownReason);
    }

    [Fact]
    public async Task Failure_OfAnotherActor_RestartsIt()
    {
        var other = _system.ActorOf(Props.Create(() => new Fragile()), "other");
        other.Tell(Fragile.Break);
        Assert.Equal("ping", await other.Ask<string>("ping", TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken));
        Assert.Null(CoordinatedShutdown.Get(_system).ShutdownReason);
    }

    public void Dispose() => _system.Dispose();

    private sealed class Fragile : ReceiveActor
    {
        public const string Break = "break";

        public Fragile()
        {
            Receive<string>(text => text == Break, _ => throw new InvalidOperationException("broken"));
            Receive<string>(text => Sender.Tell(text));
        }
    }
}
