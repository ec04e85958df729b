using System.Globalization;
using Mesh.Sidecar.Resilience;

namespace Mesh.Sidecar.Upstreams.Http1;

/// <summary>A response's status line and fields as they were read, or trailers. Reused from response to response; one user at a time.</summary>
internal sealed class ResponseHead : IResponseFields
{
    /// <summary>Envoy's default.</summary>
    public const int MaxFields = 100;

    private (string Name, string Value)[] _fields = new (string, string)[16];
    private int _count;

    public int Status { get; private set; }

    public bool IsHttp10 { get; private set; }

    /// <summary>Null for the phrase that the status usually has, and for none.</summary>
    public string? Reason { get; private set; }

    public ReadOnlySpan<(string Name, string Value)> Fields => _fields.AsSpan(0, _count);

    /// <summary>gRPC's status among the headers (trailers-only); -1 if there is none.</summary>
    public int GrpcStatus =>
        TryGet("grpc-status", out var text) && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var status) ? status : -1;

    public void Start(int status, bool isHttp10, string? reason)
    {
        Clear();
        (Status, IsHttp10, Reason) = (status, isHttp10, reason);
    }

    public void Clear()
    {
        _fields.AsSpan(0, _count).Clear();
        _count = 0;
    }

    /// <summary>False when there are too many.</summary>
    public bool TryAdd(string name, string value)
    {
        if (_count == MaxFields) return false;
        if (_count == _fields.Length) Array.Resize(ref _fields, _count * 2);
        _fields[_count++] = (name, value);
        return true;
    }

    public bool TryGet(string name, out string value)
    {
        value = "";
        var found = false;
        foreach (var field in Fields)
        {
            if (!Is(field.Name, name)) continue;
            value = found ? $"{value}, {field.Value}" : field.Value;
            found = true;
        }
        return found;
    }

    public static bool Is(string name, string other) => name.Length == other.Length && name.Equals(other, StringComparison.OrdinalIgnoreCase);
}
