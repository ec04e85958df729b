using Envoy.Config.Core.V3;
using Mesh.Sidecar.Tests.Harness;

namespace Mesh.Sidecar.Tests.Protocols;

/// <summary>A pair of proxies before a <see cref="WireApp"/>, shared by the rows of a table.</summary>
public sealed class WirePair : IAsyncLifetime
{
    internal WireApp App { get; } = new();

    internal Pair Pair { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Pair = await Pair.StartAsync(App.Port, manager: m => m.HttpProtocolOptions = new Http1ProtocolOptions { AcceptHttp10 = true }, appSpeaksHttp1: true);

    internal Task<RawClient> ConnectAsync() => RawClient.ConnectAsync(Pair.OutboundPort);

    public async ValueTask DisposeAsync()
    {
        await Pair.DisposeAsync();
        await App.DisposeAsync();
    }
}
