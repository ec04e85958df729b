namespace Mesh.Core.Fields;

/// <summary>What happens to an object that sets a field the mesh does not act on.</summary>
public enum Stance
{
    /// <summary>The object is refused: without the field it would do something else than its author means.</summary>
    Refuse,

    /// <summary>The object is accepted with a warning: the field tunes, but what the object is for still happens.</summary>
    Warn,

    /// <summary>Accepted in silence: the field has no meaning outside the system it was made for.</summary>
    Ignore,
}

/// <summary>
/// Marks a field, one value of an enum, or the class of a kind's spec, that proxies do not act on yet. A field without it is enforced, unless
/// its kind is not. The single source for validation and for the reference documentation (<c>docs/reference/api-coverage.md</c>).
/// </summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field | AttributeTargets.Class)]
internal sealed class NotEnforcedAttribute(Stance stance, string reason) : Attribute
{
    public Stance Stance { get; } = stance;

    /// <summary>What the mesh does instead and what to do about it; whole sentences.</summary>
    public string Reason { get; } = reason;

    /// <summary>Values that are enforced all the same, for example <c>"*"</c> in <c>exportTo</c>.</summary>
    public string[] Except { get; init; } = [];
}
