using Mesh.Traffic.Tests.Harness;
using NodeAgent.Tests.Fakes;

namespace Mesh.Traffic.Tests;

/// <summary>Every case of every table, through the whole mesh. One file for a capability in <c>Tables</c>.</summary>
[Collection("one mesh")]
public sealed class TableTests(TrafficMesh mesh)
{
    public static IEnumerable<TheoryDataRow<string, string>> Cases() =>
        from table in TrafficTable.Names
        from entry in TrafficTable.Read(table).Cases
        select new TheoryDataRow<string, string>(table, entry.Name);

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Traffic_UnderTheseObjects_IsAsTheTableSays(string table, string name)
    {
        var whole = TrafficTable.Read(table);
        var entry = Assert.Single(whole.Cases, c => c.Name == name);
        Assert.NotEmpty(entry.Steps);
        mesh.SetWorkloads(entry.Workloads);
        await mesh.ApplyAsync(mesh.Fill(string.Join("\n---\n", new[] { whole.Objects, entry.Objects }.Where(o => o.Length > 0))));
        if (entry.Problem.Length > 0) await Await.ThatAsync(() => mesh.Problems.Any(p => p.Contains(entry.Problem, StringComparison.Ordinal)), 5);
        var memory = new Dictionary<string, string[]>();
        foreach (var step in entry.Steps) await new StepRunner(mesh, step, memory).RunAsync();
    }
}
