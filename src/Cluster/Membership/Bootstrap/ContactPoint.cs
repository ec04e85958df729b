using System.Net;

namespace Mesh.Cluster.Membership.Bootstrap;

/// <summary>The management endpoint of a replica. Ordered by address bytes, then port: every replica sorts alike.</summary>
internal sealed record ContactPoint(IPAddress Address, int Port) : IComparable<ContactPoint>
{
    public int CompareTo(ContactPoint? other)
    {
        if (other is null) return 1;
        var byAddress = Address.GetAddressBytes().AsSpan().SequenceCompareTo(other.Address.GetAddressBytes());
        return byAddress != 0 ? byAddress : Port.CompareTo(other.Port);
    }

    public override string ToString() => new IPEndPoint(Address, Port).ToString();
}
