using System.Text.RegularExpressions;
using Mesh.Core.Resources.GatewayApi;

namespace Mesh.Core.Validation.Rules.GatewayApi;

/// <summary>What a GatewayClass must satisfy beyond its fields.</summary>
internal static partial class GatewayClassRules
{
    public static void Check(GatewayClassSpec spec, RuleContext context)
    {
        var slash = spec.ControllerName.IndexOf('/');
        if (spec.ControllerName.Length > 0 && !(slash > 0 && Names.IsDns1123Subdomain(spec.ControllerName[..slash]) && Path().IsMatch(spec.ControllerName[(slash + 1)..]) && spec.ControllerName.Length <= 253))
            context.Field("controllerName").Error($"{Names.Quote(spec.ControllerName)} is not a domain with a path", "Write \"example.com/gateway-controller\".");
        if (spec.ParametersRef is { } parameters) ReferenceRules.CheckName(parameters.Group, parameters.Kind, parameters.Name, parameters.Namespace, context.Field("parametersRef"));
    }

    [GeneratedRegex(@"\A[A-Za-z0-9/._~%!$&'()*+,;=:-]+\z")]
    private static partial Regex Path();
}
