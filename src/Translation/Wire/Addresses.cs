using Envoy.Config.Core.V3;

namespace Mesh.Translation.Wire;

/// <summary>Builds socket addresses.</summary>
internal static class Addresses
{
    public static Address Socket(string address, int port) =>
        new() { SocketAddress = new SocketAddress { Address = address, PortValue = (uint)port } };
}
