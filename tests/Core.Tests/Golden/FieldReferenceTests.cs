using Mesh.Core.Fields;

namespace Mesh.Core.Tests.Golden;

public sealed class FieldReferenceTests
{
    [Fact]
    public void ToMarkdown_IsTheReferenceInTheDocs() =>
        GoldenFile.AssertMatches(FieldReference.ToMarkdown(), Path.Combine(GoldenFile.RepositoryRoot(), "docs", "reference", "fields.md"));
}
