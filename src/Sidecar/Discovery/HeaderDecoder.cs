using Envoy.Config.Core.V3;
using Mesh.Sidecar.Routing;

namespace Mesh.Sidecar.Discovery;

/// <summary>Reads changes to headers.</summary>
internal sealed class HeaderDecoder(TimeProvider time)
{
    public HeaderMutations Mutations(IEnumerable<HeaderValueOption> add, IEnumerable<string> remove)
    {
        var additions = add.Select(Addition).ToArray();
        var removals = remove.Select(Removal).ToArray();
        return additions.Length == 0 && removals.Length == 0 ? HeaderMutations.None : new HeaderMutations(additions, removals);
    }

    private static string Removal(string name)
    {
        var lower = name.ToLowerInvariant();
        if (lower.Length == 0 || lower[0] == ':' || lower == "host") throw new InvalidResourceException($"header '{name}' cannot be removed");
        return lower;
    }

    private HeaderAddition Addition(HeaderValueOption option)
    {
        var action = option.Append is { } append
            ? append ? HeaderAppend.AppendOrAdd : HeaderAppend.OverwriteOrAdd
            : option.AppendAction switch
            {
                HeaderValueOption.Types.HeaderAppendAction.AddIfAbsent => HeaderAppend.AddIfAbsent,
                HeaderValueOption.Types.HeaderAppendAction.OverwriteIfExistsOrAdd => HeaderAppend.OverwriteOrAdd,
                HeaderValueOption.Types.HeaderAppendAction.OverwriteIfExists => HeaderAppend.OverwriteIfExists,
                _ => HeaderAppend.AppendOrAdd,
            };
        var name = option.Header.Key.ToLowerInvariant();
        if (name.Length == 0 || (name[0] == ':' && name != ":authority")) throw new InvalidResourceException($"header '{name}' cannot be set");
        if (option.Header.Value.AsSpan().ContainsAny('\r', '\n', '\0')) throw new InvalidResourceException($"header '{name}': its value breaks the line");
        if (!Http.HeaderValue.TryParse(option.Header.Value, time, out var value, out var problem)) throw new InvalidResourceException($"header '{name}': {problem}");
        return new HeaderAddition(name, value, action, option.KeepEmptyValue);
    }
}
