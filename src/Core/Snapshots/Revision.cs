namespace Mesh.Core.Snapshots;

/// <summary>
/// The number the configuration log gave to a change: 1 for the first, then strictly rising over the life of the mesh.
/// Zero means "nothing yet".
/// </summary>
public readonly record struct Revision(ulong Value) : IComparable<Revision>
{
    public static readonly Revision None = new(0);

    public int CompareTo(Revision other) => Value.CompareTo(other.Value);

    public static bool operator <(Revision left, Revision right) => left.Value < right.Value;
    public static bool operator >(Revision left, Revision right) => left.Value > right.Value;
    public static bool operator <=(Revision left, Revision right) => left.Value <= right.Value;
    public static bool operator >=(Revision left, Revision right) => left.Value >= right.Value;

    public override string ToString() => Value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
