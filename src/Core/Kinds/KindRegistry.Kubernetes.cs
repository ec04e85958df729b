using Mesh.Core.Resources.Kubernetes;
using Mesh.Core.Validation.Rules;
using Mesh.Core.Validation.Rules.Kubernetes;

namespace Mesh.Core.Kinds;

/// <content>Kubernetes' kinds.</content>
public static partial class KindRegistry
{
    public static readonly KindInfo Service = KindInfo.Of<Service>("", ["v1"], "services", ServiceRules.Check, "svc");

    public static readonly KindInfo EndpointSlice =
        Input(KindInfo.Of<EndpointSlice>("discovery.k8s.io", ["v1"], "endpointslices", EndpointSliceRules.Check)) with { BodyAtRoot = true };

    public static readonly KindInfo Pod = Input(KindInfo.Of<Pod>("", ["v1"], "pods", static (_, _) => { }, "po")) with { BodyAtRoot = true };

    public static readonly KindInfo Node =
        Input(KindInfo.Of<Node>("", ["v1"], "nodes", static (_, _) => { }, "no")) with { BodyAtRoot = true, Namespaced = false };

    public static readonly KindInfo Namespace =
        Input(KindInfo.Of<Namespace>("", ["v1"], "namespaces", static (_, _) => { }, "ns")) with { BodyAtRoot = true, Namespaced = false };

    public static readonly KindInfo Secret = Input(KindInfo.Of<Secret>("", ["v1"], "secrets", static (_, _) => { })) with { BodyAtRoot = true };

    public static readonly KindInfo Ingress =
        Input(KindInfo.Named<IngressSpec>("Ingress", "networking.k8s.io", ["v1"], "ingresses", IngressRules.Check, "ing"));

    private static KindInfo Input(KindInfo kind) => kind with { Use = KindUse.Input };
}
