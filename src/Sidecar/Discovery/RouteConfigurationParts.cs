using Envoy.Config.Route.V3;
using Google.Protobuf;

namespace Mesh.Sidecar.Discovery;

/// <summary>
/// A route configuration cut into its virtual hosts' bytes and the rest. A mesh's has one for each service, so it is read host by host: never
/// is more than one of them in memory as a message, and those that did not change are not read at all.
/// </summary>
internal sealed record RouteConfigurationParts(RouteConfiguration Rest, UInt128 RestFingerprint, IReadOnlyList<VirtualHostPart> Hosts)
{
    private const uint Name = (RouteConfiguration.NameFieldNumber << 3) | (uint)WireFormat.WireType.LengthDelimited;
    private const uint Host = (RouteConfiguration.VirtualHostsFieldNumber << 3) | (uint)WireFormat.WireType.LengthDelimited;

    public static RouteConfigurationParts Read(ByteString source)
    {
        var hosts = new List<VirtualHostPart>();
        using var rest = new MemoryStream();
        using var scratch = new MemoryStream();
        var name = "";
        var input = source.CreateCodedInput();
        while (true)
        {
            var start = (int)input.Position;
            var tag = input.ReadTag();
            if (tag == 0) break;
            if (tag == Host)
            {
                hosts.Add(VirtualHostPart.Read(input.ReadBytes(), scratch));
            }
            else if (tag == Name)
            {
                name = input.ReadString();
            }
            else
            {
                input.SkipLastField();
                rest.Write(source.Span[start..(int)input.Position]);
            }
        }
        var bytes = rest.ToArray();
        var config = RouteConfiguration.Parser.ParseFrom(bytes);
        config.Name = name;
        return new RouteConfigurationParts(config, Fingerprint.Of(bytes), hosts);
    }
}

/// <summary>One virtual host's bytes; its name and domains are read, and <see cref="Routes"/> stands for all the rest with the name.</summary>
internal sealed record VirtualHostPart(ByteString Source, string Name, IReadOnlyList<string> Domains, UInt128 Routes)
{
    private const uint NameTag = (VirtualHost.NameFieldNumber << 3) | (uint)WireFormat.WireType.LengthDelimited;
    private const uint Domain = (VirtualHost.DomainsFieldNumber << 3) | (uint)WireFormat.WireType.LengthDelimited;

    public static VirtualHostPart Read(ByteString source, MemoryStream scratch)
    {
        scratch.SetLength(0);
        var domains = new List<string>();
        var name = "";
        var input = source.CreateCodedInput();
        while (true)
        {
            var start = (int)input.Position;
            var tag = input.ReadTag();
            if (tag == 0) break;
            if (tag == Domain)
            {
                domains.Add(input.ReadString());
                continue;
            }
            if (tag == NameTag) name = input.ReadString();
            else input.SkipLastField();
            scratch.Write(source.Span[start..(int)input.Position]);
        }
        return new VirtualHostPart(source, name, domains, Fingerprint.Of(scratch.GetBuffer().AsSpan(0, (int)scratch.Length)));
    }
}
