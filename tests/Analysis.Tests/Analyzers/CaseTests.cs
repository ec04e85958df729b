namespace Mesh.Analysis.Tests.Analyzers;

/// <summary>For each code: objects that have the fault, and the nearest ones that have not.</summary>
public sealed class CaseTests
{
    public static TheoryData<string> Triggers => [.. Cases.All.Where(c => c.Expected.Length > 0).Select(c => c.Title)];

    public static TheoryData<string> NearMisses => [.. Cases.All.Where(c => c.Expected.Length == 0).Select(c => c.Title)];

    [Theory]
    [MemberData(nameof(Triggers))]
    public void Run_ObjectsWithTheFault_ReportsItThere(string title)
    {
        var one = Cases.All.Single(c => c.Title == title);

        Assert.Equal(one.Expected.Order(StringComparer.Ordinal), Analysed.Of(one.Code, one.Objects).Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(NearMisses))]
    public void Run_ObjectsNearTheFault_SaysNothingOfIt(string title)
    {
        var one = Cases.All.Single(c => c.Title == title);

        Assert.Empty(Analysed.Of(one.Code, one.Objects));
    }

    [Fact]
    public void Cases_EveryCodeThatCanBeFound_HasAFaultAndANearMiss()
    {
        var triggered = Cases.All.Where(c => c.Expected.Length > 0).Select(c => c.Code).ToHashSet();
        var missed = Cases.All.Where(c => c.Expected.Length == 0).Select(c => c.Code).ToHashSet();
        var all = Messages.MessageTypes.All.Select(t => t.Code).Where(c => c != "IST0001").ToList(); // a fault of ours; the random sets look for it

        Assert.Equal([], all.Except(triggered));
        Assert.Equal([], all.Except(missed));
    }

    [Fact]
    public void Analyzers_TogetherFindEveryMessage_AndNoOther()
    {
        var found = MeshAnalysis.Analyzers.SelectMany(a => a.Codes).Append("IST0001").Distinct().Order(StringComparer.Ordinal);

        Assert.Equal(Messages.MessageTypes.All.Select(t => t.Code).Order(StringComparer.Ordinal), found);
        Assert.Equal(MeshAnalysis.Analyzers.Length, MeshAnalysis.Analyzers.Select(a => a.Name).Distinct().Count());
    }
}
