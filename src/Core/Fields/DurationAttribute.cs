namespace Mesh.Core.Fields;

/// <summary>Bounds of a duration field, in milliseconds. Without it a duration may be anything from zero up.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class DurationAttribute(double minimumMilliseconds) : Attribute
{
    public TimeSpan Minimum { get; } = TimeSpan.FromMilliseconds(minimumMilliseconds);
}
