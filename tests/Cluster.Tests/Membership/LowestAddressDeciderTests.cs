using System.Net;
using Akka.Actor;
using Mesh.Cluster.Membership.Bootstrap;

namespace Mesh.Cluster.Tests.Membership;

public sealed class LowestAddressDeciderTests
{
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(1);
    private static readonly ContactPoint A = Contact(1), B = Contact(2), C = Contact(10);

    [Fact]
    public void Decide_AnySeedSeen_JoinsAtOnce()
    {
        var seed = Address.Parse("akka.ssl.tcp://mesh@127.0.0.2:4053");
        var decision = Decide(A, TimeSpan.Zero, Seen(B, seed));
        Assert.Equal(seed, Assert.Single(Assert.IsType<JoinDecision.JoinOthers>(decision).Seeds));
    }

    [Fact]
    public void Decide_TooFewAnswer_KeepsProbing() =>
        Assert.IsType<JoinDecision.KeepProbing>(Decide(A, 10 * Margin, Seen(A)));

    [Fact]
    public void Decide_ContactsChangedLately_KeepsProbing() =>
        Assert.IsType<JoinDecision.KeepProbing>(Decide(A, Margin / 2, Seen(A), Seen(B), Seen(C)));

    [Fact]
    public void Decide_AllAnswerAndSelfIsLowest_FormsNew() =>
        Assert.IsType<JoinDecision.FormNew>(Decide(A, Margin, Seen(A), Seen(B), Seen(C)));

    [Fact]
    public void Decide_LowestByBytesNotByText_IsChosen() =>
        Assert.IsType<JoinDecision.KeepProbing>(Decide(C, Margin, Seen(A), Seen(B), Seen(C)));

    [Fact]
    public void Decide_OneSilent_WaitsThreeMarginsThenFormsWithoutIt()
    {
        Assert.IsType<JoinDecision.KeepProbing>(Decide(B, 2 * Margin, Seen(B), Seen(C)));
        Assert.IsType<JoinDecision.FormNew>(Decide(B, 3 * Margin, Seen(B), Seen(C)));
    }

    [Fact]
    public void Decide_NewClusterDisabled_KeepsProbing()
    {
        var view = new BootstrapView(A, [A, B, C], Margin, [Seen(A), Seen(B), Seen(C)]);
        Assert.IsType<JoinDecision.KeepProbing>(LowestAddressDecider.Decide(view, 2, Margin, newClusterEnabled: false));
    }

    private static JoinDecision Decide(ContactPoint self, TimeSpan stable, params Observation[] seen) =>
        LowestAddressDecider.Decide(new BootstrapView(self, [A, B, C], stable, [.. seen]), 2, Margin, newClusterEnabled: true);

    private static Observation Seen(ContactPoint contact, params Address[] seeds) => new(contact, 0, [.. seeds]);

    private static ContactPoint Contact(byte last) => new(new IPAddress([127, 0, 0, last]), 8558);
}
