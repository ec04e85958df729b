using Mesh.Sidecar.Http;
using Microsoft.Extensions.Primitives;

namespace Mesh.Sidecar.Routing;

internal enum HeaderAppend
{
    AppendOrAdd,
    AddIfAbsent,
    OverwriteOrAdd,
    OverwriteIfExists,
}

/// <summary>An empty value changes nothing unless <see cref="KeepsEmpty"/> (Envoy).</summary>
internal sealed record HeaderAddition(string Name, HeaderValue Value, HeaderAppend Action, bool KeepsEmpty = false)
{
    public bool Overwrites => Action is HeaderAppend.OverwriteOrAdd or HeaderAppend.OverwriteIfExists;
}

/// <summary>
/// What a level of the route table does to headers, in Envoy's order: removes, then overwrites, then adds. Immutable; the common case is
/// <see cref="None"/>.
/// </summary>
internal sealed class HeaderMutations
{
    public static readonly HeaderMutations None = new([], []);

    private readonly HeaderAddition[] _add;
    private readonly string[] _remove;
    private readonly bool _isDynamic;

    public HeaderMutations(HeaderAddition[] add, string[] remove)
    {
        _add = [.. add.Where(a => a.Overwrites), .. add.Where(a => !a.Overwrites)];
        _remove = remove;
        _isDynamic = add.Any(a => a.Value.Constant is null);
    }

    public bool IsEmpty => _add.Length == 0 && _remove.Length == 0;

    public void Apply(IHeaderDictionary headers, ProxyRequest request)
    {
        foreach (var name in _remove) headers.Remove(name);
        if (_isDynamic) ApplyDynamic(headers, request);
        else
            foreach (var addition in _add) Apply(headers, addition, addition.Value.Constant!);
    }

    // All values are of the headers as they were: one that this level writes is not seen by another.
    private void ApplyDynamic(IHeaderDictionary headers, ProxyRequest request)
    {
        var values = new string[_add.Length];
        for (var i = 0; i < values.Length; i++) values[i] = Safe(_add[i].Value.Of(request));
        for (var i = 0; i < values.Length; i++) Apply(headers, _add[i], values[i]);
    }

    private static void Apply(IHeaderDictionary headers, HeaderAddition addition, string value)
    {
        if (value.Length == 0 && !addition.KeepsEmpty) return;
        if (addition.Name is "host" or ":authority")
        {
            headers.Host = value;
            return;
        }
        var exists = headers.TryGetValue(addition.Name, out var before);
        switch (addition.Action)
        {
            case HeaderAppend.AppendOrAdd:
                headers[addition.Name] = exists ? StringValues.Concat(before, value) : value;
                break;
            case HeaderAppend.AddIfAbsent when !exists:
            case HeaderAppend.OverwriteOrAdd:
            case HeaderAppend.OverwriteIfExists when exists:
                headers[addition.Name] = value;
                break;
        }
    }

    // What a peer sent may hold bytes that no header may.
    private static string Safe(string value) =>
        value.AsSpan().ContainsAny('\r', '\n', '\0') ? value.Replace('\r', ' ').Replace('\n', ' ').Replace('\0', ' ') : value;
}
