using Mesh.Core.Resources.Kubernetes;

namespace Mesh.Core.Validation.Rules;

/// <summary>What a Service must satisfy beyond its fields.</summary>
internal static class ServiceRules
{
    public static void Check(Service spec, RuleContext context)
    {
    }
}
