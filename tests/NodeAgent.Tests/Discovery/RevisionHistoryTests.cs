using Mesh.Core.Snapshots;
using Mesh.NodeAgent.Discovery;

namespace NodeAgent.Tests.Discovery;

public sealed class RevisionHistoryTests
{
    [Fact]
    public void At_AGeneration_IsTheRevisionItWasCompiledFrom()
    {
        var history = new RevisionHistory();
        history.Add(1, new Revision(10));
        history.Add(2, new Revision(10));
        history.Add(5, new Revision(12));
        Assert.Equal([0ul, 10, 10, 10, 12, 12], new ulong[] { 0, 1, 2, 4, 5, 9 }.Select(g => history.At(g).Value));
        history.Trim(5);
        Assert.Equal(12ul, history.At(6).Value);
    }
}
