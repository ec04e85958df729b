using Mesh.Core.Resources.Kubernetes;

namespace Mesh.Core.Validation.Rules.Kubernetes;

/// <summary>What an EndpointSlice must satisfy beyond its fields, after Kubernetes' own validation.</summary>
internal static class EndpointSliceRules
{
    public static void Check(EndpointSlice slice, RuleContext context)
    {
        for (var i = 0; i < slice.Endpoints.Length; i++)
        {
            var at = context.Field("endpoints").Item(i);
            var endpoint = slice.Endpoints[i];
            for (var a = 0; a < endpoint.Addresses.Length; a++) CheckAddress(endpoint.Addresses[a], slice.AddressType, at.Field("addresses").Item(a));
            if (endpoint.Hostname.Length > 0 && !Names.IsDns1123Label(endpoint.Hostname)) at.Field("hostname").Error(Names.LabelReason(endpoint.Hostname));
        }

        context.Field("ports").CheckUnique(slice.Ports, p => p.Name, "port name", field: "name");
        for (var i = 0; i < slice.Ports.Length; i++)
        {
            var at = context.Field("ports").Item(i);
            at.Field("protocol").CheckWord(slice.Ports[i].Protocol, ["", "TCP", "UDP", "SCTP"]);
            if (slice.Ports[i].Name is { Length: > 0 } name && !Names.IsDns1123Label(name)) at.Field("name").Error(Names.LabelReason(name));
        }
    }

    private static void CheckAddress(string address, EndpointAddressType? type, RuleContext context)
    {
        var fits = type switch
        {
            EndpointAddressType.IPv4 => Addresses.IsIPv4(address),
            EndpointAddressType.IPv6 => Addresses.IsIPv6(address),
            EndpointAddressType.Fqdn => Names.IsDns1123Subdomain(address.EndsWith('.') ? address[..^1] : address),
            _ => true,
        };
        if (!fits) context.Error($"{Names.Quote(address)} is not an address of type {type switch { EndpointAddressType.Fqdn => "FQDN", var known => known.ToString() }}");
    }
}
