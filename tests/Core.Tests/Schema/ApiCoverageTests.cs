using Mesh.Core.Schema;
using Mesh.Core.Tests.Golden;

namespace Mesh.Core.Tests.Schema;

public sealed class ApiCoverageTests
{
    [Fact]
    public void ToMarkdown_IsTheTableInTheDocs() =>
        GoldenFile.AssertMatches(ApiCoverage.ToMarkdown(), Path.Combine(GoldenFile.RepositoryRoot(), "docs", "reference", "api-coverage.md"));
}
