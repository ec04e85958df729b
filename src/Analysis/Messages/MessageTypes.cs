using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Mesh.Analysis.Messages;

/// <summary>Everything that analysis can find. Immutable.</summary>
public static class MessageTypes
{
    private static readonly FrozenDictionary<string, MessageType> ByCode;

    static MessageTypes()
    {
        All = [.. IstioMessages.All.Concat(MeshMessages.All).OrderBy(t => t.Code, StringComparer.Ordinal)];
        ByCode = All.ToFrozenDictionary(t => t.Code, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>By code.</summary>
    public static ImmutableArray<MessageType> All { get; }

    public static bool TryFind(string code, [NotNullWhen(true)] out MessageType? type) => ByCode.TryGetValue(code, out type);
}
