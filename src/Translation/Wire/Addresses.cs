using Envoy.Config.Core.V3;

namespace Mesh.Translation.Wire;

/// <summary>Builds socket addresses.</summary>
internal static class Addresses
{
    /// <summary>A socket of the file system, by its path.</summary>
    public static Address Socket(string path) => new() { Pipe = new Pipe { Path = path } };

    public static Address Socket(string address, int port) =>
        new() { SocketAddress = new SocketAddress { Address = address, PortValue = (uint)port } };
}
