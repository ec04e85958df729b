namespace Mesh.Core.Fields;

/// <summary>How many elements a list or map may have, or characters a string; both ends included. Checked where the field is given.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class SizeAttribute(int minimum, int maximum) : Attribute
{
    public int Minimum { get; } = minimum;

    public int Maximum { get; } = maximum;
}
