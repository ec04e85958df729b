using System.Text.Json;
using Mesh.Cli.Local.Planning;
using Mesh.Cli.Local.State;
using Mesh.Core.Fields;
using Mesh.Core.Kinds;
using Mesh.Core.Resources;
using Mesh.Core.Resources.Mesh;
using Mesh.Core.Schema;
using Mesh.TestKit.Coverage;

namespace Mesh.Cli.Tests.Local.Planning;

/// <summary>
/// That every field of a LocalMesh that is called enforced does something: changed alone, it changes what <c>up</c> starts. The fields of
/// meshConfig are settings of the mesh itself, which the tests of translation are about.
/// </summary>
public sealed class LocalMeshFieldsTests
{
    private const string Mesh =
        """
        apiVersion: mesh.dev/v1alpha1
        kind: LocalMesh
        metadata: {name: demo}
        spec:
          controlPlane: {replicas: 3}
          meshConfig: {trustDomain: shop.example}
          gateways:
          - {name: ingress, namespace: edge, labels: {istio: ingressgateway}, address: 127.0.0.1}
          workloads:
          - name: reviews-v1
            namespace: shop
            serviceAccount: reviews
            labels: {app: reviews, version: v1}
            ports: {9080: 0, 9081: 0}
            command: ["./reviews", "--version", "v1"]
            workingDirectory: sub
            env: {A: b}
            replicas: 2
            sidecar: true
        """;

    private static readonly MeshObject Original = ObjectReader.Read(Mesh, "mesh.yaml").Single().Object!;

    public static TheoryData<string> Fields => [.. Enforced().Select(f => f.Name)];

    [Theory]
    [MemberData(nameof(Fields))]
    public void Plan_AnEnforcedFieldChanged_StartsSomethingElse(string name)
    {
        var field = Enforced().First(f => f.Name == name).Field;
        var before = PlanOf(Original);

        Assert.Contains(FieldProbes.Of(Original, field), changed => PlanOf(changed) != before);
    }

    private static IEnumerable<(string Name, FieldShape Field)> Enforced()
    {
        var uses = RecordUses.Find();
        return from shape in uses.RecordsOf(KindRegistry.LocalMesh)
               where shape.Type.Name.StartsWith("Local", StringComparison.Ordinal) && shape.Type.Namespace == typeof(LocalMesh).Namespace
               from field in shape.Fields
               where field.NotEnforced is null && uses.Of(field, shape, KindRegistry.LocalMesh).Status == EnforcementStatus.Enforced
               select ($"{shape.Type.Name}.{field.Name}", field);
    }

    // A plan that is refused is another outcome, too: the field was read.
    private static string PlanOf(MeshObject mesh)
    {
        var port = 20000;
        var planner = new LocalPlanner(new StateDirectory("/state"), new AddressBook(77), [], () => port++, name => "token of " + name);
        try
        {
            return JsonSerializer.Serialize(planner.Plan("demo", mesh.SpecAs<LocalMesh>(), "/srv"));
        }
        catch (CliException e)
        {
            return e.Message;
        }
    }
}
