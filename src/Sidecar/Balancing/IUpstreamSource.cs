namespace Mesh.Sidecar.Balancing;

/// <summary>What a sleeping upstream is made of: the port of <see cref="UpstreamState"/> to discovery. Safe from all threads.</summary>
internal interface IUpstreamSource
{
    /// <summary>Puts the upstream's model in force, unless it is by now.</summary>
    void Wake(UpstreamState upstream);

    /// <summary>What <see cref="Wake"/> would put in force, for a look; null when it does not sleep any more.</summary>
    UpstreamModel? Read(UpstreamState upstream);
}
