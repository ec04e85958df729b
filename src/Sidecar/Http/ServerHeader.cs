using Envoy.Extensions.Filters.Network.HttpConnectionManager.V3;
using Transformation = Envoy.Extensions.Filters.Network.HttpConnectionManager.V3.HttpConnectionManager.Types.ServerHeaderTransformation;

namespace Mesh.Sidecar.Http;

/// <summary>What becomes of a response's Server header (Envoy's server_header_transformation). Immutable.</summary>
internal sealed record ServerHeader(string? Name, bool KeepsExisting)
{
    public static readonly ServerHeader AsReceived = new(null, KeepsExisting: true);

    public static ServerHeader From(HttpConnectionManager manager)
    {
        var name = manager.ServerName.Length > 0 ? manager.ServerName : "envoy";
        return manager.ServerHeaderTransformation switch
        {
            Transformation.PassThrough => AsReceived,
            Transformation.AppendIfAbsent => new ServerHeader(name, KeepsExisting: true),
            _ => new ServerHeader(name, KeepsExisting: false),
        };
    }

    public void Stamp(IHeaderDictionary headers)
    {
        if (Name is not null && !(KeepsExisting && headers.Server.Count > 0)) headers.Server = Name;
    }
}
