using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Mesh.Core.Fields;

/// <summary>Makes and walks an immutable collection whose element type is only known at run time.</summary>
internal abstract class CollectionAccess
{
    [RequiresDynamicCode("Element types are found by reflection.")]
    public static CollectionAccess List(Type element) => (CollectionAccess)Activator.CreateInstance(typeof(ListAccess<>).MakeGenericType(element))!;

    [RequiresDynamicCode("Element types are found by reflection.")]
    public static CollectionAccess Map(Type key, Type value) =>
        (CollectionAccess)Activator.CreateInstance(typeof(MapAccess<,>).MakeGenericType(key, value))!;

    /// <summary>Keys are null for lists.</summary>
    public abstract object Create(IEnumerable<(object? Key, object? Value)> items);

    public abstract IEnumerable<(object? Key, object? Value)> Items(object collection);

    private sealed class ListAccess<T> : CollectionAccess
    {
        public override object Create(IEnumerable<(object? Key, object? Value)> items) => items.Select(i => (T)i.Value!).ToImmutableArray();

        public override IEnumerable<(object? Key, object? Value)> Items(object collection) =>
            (ImmutableArray<T>)collection is { IsDefault: false } list ? list.Select(v => ((object?)null, (object?)v)) : [];
    }

    private sealed class MapAccess<TKey, TValue> : CollectionAccess
        where TKey : notnull
    {
        private static readonly ImmutableSortedDictionary<TKey, TValue> Empty = typeof(TKey) == typeof(string)
            ? ImmutableSortedDictionary<TKey, TValue>.Empty.WithComparers((IComparer<TKey>)StringComparer.Ordinal)
            : ImmutableSortedDictionary<TKey, TValue>.Empty;

        public override object Create(IEnumerable<(object? Key, object? Value)> items) =>
            Empty.AddRange(items.Select(i => KeyValuePair.Create((TKey)i.Key!, (TValue)i.Value!)));

        public override IEnumerable<(object? Key, object? Value)> Items(object collection) =>
            ((ImmutableSortedDictionary<TKey, TValue>)collection).Select(p => ((object?)p.Key, (object?)p.Value));
    }
}
