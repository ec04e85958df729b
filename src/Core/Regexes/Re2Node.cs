using System.Collections.Immutable;

namespace Mesh.Core.Regexes;

/// <summary>A part of an expression.</summary>
internal abstract record Re2Node
{
    /// <summary>More than is ever allowed, and far from overflowing when multiplied again.</summary>
    protected const long Huge = 1_000_000_000;

    /// <summary>Classes of UTF-16 units with repetitions written out, as the engine does; <paramref name="exact"/> as in <see cref="Re2Writer"/>.</summary>
    public abstract long Size(bool exact);

    /// <summary>Whether counted repetitions inside, multiplied along each path, stay within <paramref name="allowed"/>; RE2's rule.</summary>
    public abstract bool RepeatsWithin(int allowed);
}

/// <summary>One character out of a set.</summary>
internal sealed record SetNode(CodePointSet Set) : Re2Node
{
    public override long Size(bool exact) => exact && Set.HasPairs ? 1 + (2 * SurrogatePairs.Of(Set).Length) : 1;

    public override bool RepeatsWithin(int allowed) => true;
}

/// <summary>A place between characters.</summary>
internal sealed record AssertNode(Re2Assertion Assertion) : Re2Node
{
    public override long Size(bool exact) => 1;

    public override bool RepeatsWithin(int allowed) => true;
}

/// <summary>One after the other; empty matches the empty string.</summary>
internal sealed record SequenceNode(ImmutableArray<Re2Node> Items) : Re2Node
{
    public override long Size(bool exact) => Math.Min(Huge, Items.Sum(i => i.Size(exact)));

    public override bool RepeatsWithin(int allowed) => Items.All(i => i.RepeatsWithin(allowed));
}

/// <summary>The first that leads to a match.</summary>
internal sealed record ChoiceNode(ImmutableArray<Re2Node> Items) : Re2Node
{
    public override long Size(bool exact) => Math.Min(Huge, Items.Sum(i => i.Size(exact)) + Items.Length);

    public override bool RepeatsWithin(int allowed) => Items.All(i => i.RepeatsWithin(allowed));
}

/// <summary>A group whose text is remembered.</summary>
internal sealed record CaptureNode(Re2Node Item) : Re2Node
{
    public override long Size(bool exact) => Item.Size(exact) + 1;

    public override bool RepeatsWithin(int allowed) => Item.RepeatsWithin(allowed);
}

/// <summary>A repetition; <paramref name="Max"/> is null for no limit.</summary>
internal sealed record RepeatNode(Re2Node Item, int Min, int? Max, bool Lazy, bool IsCounted) : Re2Node
{
    /// <summary>Whether "any unit" can stand for the repeated set: all characters beyond U+FFFF are in it, and there is no limit.</summary>
    public bool IsOfAnyUnits => Max is null && Item is SetNode { Set.HasAllPairs: true };

    public override long Size(bool exact)
    {
        var item = Item.Size(exact);
        return Math.Min(Huge, IsOfAnyUnits ? (item * Min) + 1 : item * Math.Max(1, Max ?? (Min + 1)));
    }

    public override bool RepeatsWithin(int allowed)
    {
        if (!IsCounted) return Item.RepeatsWithin(allowed);
        if (Max == 0) return true;
        var count = Max ?? Min;
        return count <= allowed && Item.RepeatsWithin(count > 0 ? allowed / count : allowed);
    }
}

/// <summary>Places between characters.</summary>
internal enum Re2Assertion
{
    BeginText,
    EndText,
    BeginLine,
    EndLine,
    WordBoundary,
    NoWordBoundary,
}
