using Microsoft.Extensions.Primitives;

namespace Mesh.Sidecar.Routing;

internal enum HeaderAppend
{
    AppendOrAdd,
    AddIfAbsent,
    OverwriteOrAdd,
    OverwriteIfExists,
}

internal sealed record HeaderAddition(string Name, string Value, HeaderAppend Action);

/// <summary>What a level of the route table does to headers. Immutable; the common case is <see cref="None"/>.</summary>
internal sealed class HeaderMutations(HeaderAddition[] add, string[] remove)
{
    public static readonly HeaderMutations None = new([], []);

    public bool IsEmpty => add.Length == 0 && remove.Length == 0;

    public void Apply(IHeaderDictionary headers)
    {
        foreach (var name in remove) headers.Remove(name);
        foreach (var addition in add) Apply(headers, addition);
    }

    /// <summary>The Host this writes, if it does: Istio expresses an authority rewrite in <c>headers.request.set</c> so.</summary>
    public string? HostOverride
    {
        get
        {
            foreach (var addition in add)
                if (addition.Name is "host" or ":authority") return addition.Value;
            return null;
        }
    }

    private static void Apply(IHeaderDictionary headers, HeaderAddition addition)
    {
        if (addition.Name is "host" or ":authority") return;
        var exists = headers.TryGetValue(addition.Name, out var before);
        switch (addition.Action)
        {
            case HeaderAppend.AppendOrAdd:
                headers[addition.Name] = exists ? StringValues.Concat(before, addition.Value) : addition.Value;
                break;
            case HeaderAppend.AddIfAbsent when !exists:
            case HeaderAppend.OverwriteOrAdd:
            case HeaderAppend.OverwriteIfExists when exists:
                headers[addition.Name] = addition.Value;
                break;
        }
    }
}
