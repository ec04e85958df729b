using System.Collections.Immutable;
using Mesh.Core.Resources;

namespace Mesh.Core.Validation.Rules;

/// <summary>What the selector and targets of policies must satisfy.</summary>
internal static class TargetRules
{
    private const int MaxTargets = 16;

    private static readonly ImmutableArray<(string Group, string Kind)> Kinds =
    [
        ("gateway.networking.k8s.io", "Gateway"), ("gateway.networking.k8s.io", "GatewayClass"), ("", "Service"), ("networking.istio.io", "ServiceEntry"),
    ];

    /// <summary>One of the three at most, and each right in itself.</summary>
    public static void Check(WorkloadSelector? selector, PolicyTargetReference? target, ImmutableArray<PolicyTargetReference> targets, RuleContext context) =>
        Check(selector, target, targets, context, Kinds);

    /// <summary>As the other, for a policy that may be for objects of other kinds.</summary>
    public static void Check(
        WorkloadSelector? selector, PolicyTargetReference? target, ImmutableArray<PolicyTargetReference> targets, RuleContext context,
        ImmutableArray<(string Group, string Kind)> kinds)
    {
        List<string> set = [];
        if (selector is not null) set.Add("selector");
        if (target is not null) set.Add("targetRef");
        if (!targets.IsEmpty) set.Add("targetRefs");
        if (set.Count > 1) context.Error($"only one of {string.Join(", ", set)} may be set", "A policy is for workloads by label or for objects by name.");
        CheckSelector(selector, context.Field("selector"));
        if (target is not null) CheckTarget(target, context.Field("targetRef"), kinds);
        for (var i = 0; i < targets.Length; i++) CheckTarget(targets[i], context.Field("targetRefs").Item(i), kinds);
        if (targets.Length > MaxTargets) context.Field("targetRefs").Error($"has {targets.Length} elements; at most {MaxTargets} are allowed");
    }

    public static void CheckSelector(WorkloadSelector? selector, RuleContext context)
    {
        if (selector is null) return;
        context.Field("matchLabels").CheckLabels(selector.MatchLabels);
        if (selector.MatchLabels.IsEmpty) context.Warn("selects all workloads", "Remove it to say so, or name labels.");
    }

    private static void CheckTarget(PolicyTargetReference target, RuleContext context, ImmutableArray<(string Group, string Kind)> kinds)
    {
        if (target.Namespace.Length > 0) context.Field("namespace").Error("must be left out: a policy is for objects of its own namespace", "Put the policy into the target's namespace.");
        var group = target.Group == "core" ? "" : target.Group;
        if (target.Kind.Length > 0 && !kinds.Contains((group, target.Kind)))
        {
            var sameKind = kinds.Where(k => k.Kind == target.Kind).Select(k => k.Group).FirstOrDefault();
            if (sameKind is null) context.Field("kind").Error($"{Names.Quote(target.Kind)} cannot be a target", $"Use {string.Join(", ", kinds.Select(k => k.Group.Length == 0 ? k.Kind : $"{k.Kind} of {k.Group}"))}.");
            else context.Field("group").Error($"{Names.Quote(target.Group)} has no {target.Kind} that can be a target", sameKind.Length == 0 ? "Leave it out." : $"Use {sameKind}.");
        }

        if (target.Name.Length > 0 && !Names.IsDns1123Subdomain(target.Name)) context.Field("name").Error(Names.SubdomainReason(target.Name));
    }
}
