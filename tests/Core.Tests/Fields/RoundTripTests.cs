using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Mesh.Core.Documents;
using Mesh.Core.Kinds;
using Mesh.Core.Resources;
using Mesh.Core.Validation;

namespace Mesh.Core.Tests.Fields;

public sealed class RoundTripTests
{
    public static TheoryData<string> Kinds => [.. KindRegistry.All.Select(k => k.QualifiedKind)];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void ToJson_AnyObject_ReadsBackToTheSameBytes(string kind) => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(300),
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
        {
            var written = ObjectWriter.ToJsonText(new RandomSpec(seed).Object(KindRegistry.Find(kind)!));
            var again = ObjectWriter.ToJsonText(ObjectReader.FromStoredJson(Encoding.UTF8.GetBytes(written)));
            Assert.Equal(written, again);
        }));

    [Theory]
    [MemberData(nameof(Kinds))]
    public void ToJson_ReadAsYaml_MeansTheSame(string kind) => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(300),
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
        {
            var written = ObjectWriter.ToJsonText(new RandomSpec(seed).Object(KindRegistry.Find(kind)!), indented: seed % 2 == 0);
            var root = YamlTree.Parse(new(written, 1))!;
            var sink = new DiagnosticSink("f", 1, root);
            var read = new DocumentReader(sink, tolerant: true).Read(root, "");
            Assert.Empty(sink.ToImmutable());
            Assert.Equal(written, ObjectWriter.ToJsonText(read!, indented: seed % 2 == 0));
        }));
}
