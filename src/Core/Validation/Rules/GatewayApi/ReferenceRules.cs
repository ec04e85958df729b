using System.Collections.Immutable;
using Mesh.Core.Resources.GatewayApi;

namespace Mesh.Core.Validation.Rules.GatewayApi;

/// <summary>What references of the Gateway API must satisfy.</summary>
internal static class ReferenceRules
{
    public const string Group = "gateway.networking.k8s.io";

    public static void CheckParents(ImmutableArray<ParentReference> parents, RuleContext context)
    {
        for (var i = 0; i < parents.Length; i++)
        {
            var parent = parents[i];
            var at = context.Item(i);
            CheckName(parent.Group ?? Group, parent.Kind, parent.Name, parent.Namespace, at);
            CheckSection(parent.SectionName, at.Field("sectionName"));
            foreach (var other in parents.Take(i).Where(o => IsSame(o, parent)))
            {
                if (IsWhole(other) != IsWhole(parent)) at.Error("refers to a parent that is referred to before", "Name a sectionName or port in each of them.");
                else if (other.SectionName == parent.SectionName && other.Port == parent.Port) at.Error("is given twice");
                else continue;
                break;
            }
        }
    }

    /// <summary>The names inside a reference; empty ones are judged by whether the field is required.</summary>
    public static void CheckName(string group, string kind, string name, string scope, RuleContext context)
    {
        if (group.Length > 0 && !Names.IsDns1123Subdomain(group)) context.Field("group").Error($"{Names.Quote(group)} is not an API group");
        if (kind.Length > 0 && !IsKind(kind)) context.Field("kind").Error($"{Names.Quote(kind)} is not a kind");
        if (name.Length > 253) context.Field("name").Error("is longer than 253 characters");
        if (scope.Length > 0 && !Names.IsDns1123Label(scope)) context.Field("namespace").Error(Names.LabelReason(scope));
    }

    public static void CheckSection(string section, RuleContext context)
    {
        if (section.Length > 0 && !Names.IsDns1123Subdomain(section)) context.Error(Names.SubdomainReason(section));
    }

    /// <summary>Where traffic goes: a Service needs its port.</summary>
    public static void CheckBackend(string group, string kind, string name, string scope, int? port, RuleContext context)
    {
        CheckName(group, kind, name, scope, context);
        if (group.Length == 0 && kind is "" or "Service" && port is null) context.Field("port").ErrorOfWhole("required for a Service");
    }

    public static void CheckBackend(BackendObjectReference? backend, RuleContext context)
    {
        if (backend is not null) CheckBackend(backend.Group, backend.Kind, backend.Name, backend.Namespace, backend.Port, context);
    }

    public static void CheckSecrets(ImmutableArray<SecretObjectReference> secrets, RuleContext context)
    {
        for (var i = 0; i < secrets.Length; i++) CheckName(secrets[i].Group, secrets[i].Kind, secrets[i].Name, secrets[i].Namespace, context.Item(i));
    }

    private static bool IsSame(ParentReference one, ParentReference other) =>
        (one.Group ?? Group) == (other.Group ?? Group) && Kind(one) == Kind(other) && one.Name == other.Name && one.Namespace == other.Namespace;

    private static bool IsWhole(ParentReference parent) => parent.SectionName.Length == 0 && parent.Port is null;

    private static string Kind(ParentReference parent) => parent.Kind.Length == 0 ? "Gateway" : parent.Kind;

    private static bool IsKind(string kind) =>
        kind.Length <= 63 && char.IsAsciiLetter(kind[0]) && char.IsAsciiLetterOrDigit(kind[^1]) && kind.All(c => char.IsAsciiLetterOrDigit(c) || c == '-');
}
