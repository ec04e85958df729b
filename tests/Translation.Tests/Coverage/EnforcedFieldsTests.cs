using Mesh.Core.Fields;
using Mesh.Core.Kinds;
using Mesh.Core.Resources;
using Mesh.Core.Schema;
using Mesh.Core.Snapshots;
using Mesh.TestKit.Coverage;
using Mesh.Translation.Tests.Builders;

namespace Mesh.Translation.Tests.Coverage;

/// <summary>
/// That no field is called enforced which does nothing: for each there is an object in <c>mesh.yaml</c> that, changed in this field alone,
/// gives some proxy another configuration.
/// </summary>
public sealed class EnforcedFieldsTests
{
    private static readonly MeshBuilder Mesh = new MeshBuilder()
        .Apply(File.ReadAllText(Path.Combine(Folder(), "mesh.yaml")))
        .Workload("default/reviews-1", "127.77.1.2", "app=reviews,version=v1", w => w with { Locality = "r1/z1/s1" })
        .Workload("default/reviews-2", "127.77.1.3", "app=reviews,version=v2", w => w with { HasSidecar = false, Locality = "r2/z1/s1" })
        .Workload("default/reviews-3", "127.77.1.6", "app=reviews,version=v1", w => w with { Locality = "r3/z1/s1" })
        .Workload("default/client-1", "127.77.1.4", "app=client")
        .Workload("other/cart-1", "127.77.1.5", "app=cart");

    private static readonly ProxyDescriptor[] All =
    [
        Proxies.Sidecar("default/client-1", "app=client", "127.77.1.4").WithAlias("default/reviews", "127.77.128.1").WithAlias("default/bank", "127.77.128.2").WithAlias("default/streams", "127.77.128.3") with { Locality = "r1/z1/s1" },
        Proxies.Sidecar("default/reviews-1", "app=reviews,version=v1", "127.77.1.2") with { Locality = "r1/z1/s1" },
        Proxies.Sidecar("other/cart-1", "app=cart", "127.77.1.5"),
        Proxies.Gateway(),
        Proxies.Sidecar("default/client-1", "app=client", "127.77.1.4") with { Dialect = ProxyDialect.Grpc },
    ];

    private static readonly string[] Before = [.. All.Select(p => Fingerprint(Mesh.Build(), p))];

    public static TheoryData<string> Fields => [.. Enforced().Select(f => f.Name).Except(ReadElsewhere.Names).Distinct()];

    [Theory]
    [MemberData(nameof(Fields))]
    public void Translate_AnEnforcedFieldChanged_GivesAnotherConfiguration(string name)
    {
        var field = Enforced().First(f => f.Name == name).Field;

        var read = Mesh.Objects.Any(original => FieldProbes.Of(original, field).Any(changed => ChangesSomething(original, changed)));

        Assert.True(read,
            $"{name} is called enforced, but no change of it in Coverage/mesh.yaml changes what a proxy gets. Mark it [NotEnforced], have translation read it,"
            + " give mesh.yaml an object in which it matters, or name its reader in ReadElsewhere.");
    }

    [Fact]
    public void ReadElsewhere_NamesOnlyFieldsThatAreEnforced() =>
        Assert.Empty(ReadElsewhere.Names.Except(Enforced().Select(f => f.Name)));

    private static bool ChangesSomething(MeshObject original, MeshObject changed)
    {
        var snapshot = Mesh.Build();
        var index = MeshIndex.Build(snapshot with { Objects = snapshot.Objects.SetItem(original.Key, changed) });
        return All.Where((proxy, i) => Fingerprint(Translator.Translate(index, proxy)) != Before[i]).Any();
    }

    private static string Fingerprint(MeshSnapshot snapshot, ProxyDescriptor proxy) => Fingerprint(Translator.Translate(snapshot, proxy));

    private static string Fingerprint(ProxyResources resources) => string.Join('\n', new[] { resources.Listeners, resources.Routes, resources.Clusters, resources.Endpoints }
        .SelectMany(of => of.Values.Select(r => $"{r.Name} {r.Version}")));

    private static IEnumerable<(string Name, FieldShape Field)> Enforced()
    {
        var uses = RecordUses.Find();
        return from kind in KindRegistry.Applied
               from shape in uses.RecordsOf(kind)
               from field in shape.Fields
               where field.NotEnforced is null // of fields with exceptions, only values are accepted that say what the mesh does anyway
               where uses.Of(field, shape, kind).Status is EnforcementStatus.Enforced or EnforcementStatus.EnforcedAtGateways
               select ($"{shape.Type.Namespace!.Split('.')[^1]}.{shape.Type.Name}.{field.Name}", field);
    }

    private static string Folder([System.Runtime.CompilerServices.CallerFilePath] string thisFile = "") => Path.GetDirectoryName(thisFile)!;
}
