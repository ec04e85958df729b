namespace Mesh.Core.Fields;

/// <summary>The shortest a duration may be, in milliseconds; it must then be whole milliseconds. Without it a duration may be anything from zero up.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class DurationAttribute(double minimumMilliseconds) : Attribute
{
    public TimeSpan Minimum { get; } = TimeSpan.FromMilliseconds(minimumMilliseconds);

    /// <summary>
    /// Written in the Gateway API's form: whole numbers with the units h, m, s and ms, at most four of them, each of at most five digits.
    /// </summary>
    public bool Gateway { get; init; }
}
