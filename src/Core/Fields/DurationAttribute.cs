namespace Mesh.Core.Fields;

/// <summary>The shortest a duration may be, in milliseconds; it must then be whole milliseconds. Without it a duration may be anything from zero up.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class DurationAttribute(double minimumMilliseconds) : Attribute
{
    public TimeSpan Minimum { get; } = TimeSpan.FromMilliseconds(minimumMilliseconds);
}
