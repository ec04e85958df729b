namespace Mesh.Core.Fields;

/// <summary>
/// The numbers a field accepts, both ends included. On a list or map it is for the elements or values; keys that are numbers are
/// ports and have their own range by type.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class RangeAttribute(double minimum, double maximum) : Attribute
{
    public double Minimum { get; } = minimum;

    public double Maximum { get; } = maximum;
}
