using Mesh.Core.Schema.Cel;

namespace Mesh.Core.Schema.Rules;

/// <summary>Bounds that fields of several records have.</summary>
internal static class SharedBounds
{
    /// <summary>Namespaces an object is visible in.</summary>
    public static readonly FieldBounds ExportTo = new()
    {
        Pattern = Patterns.Export,
        MaxLength = 63,
        MaxItems = 256,
        Rules = [new CelRule("size(self) < 2 || self.all(n, n != '*' && n != '~')", "\"*\" and \"~\" cannot be combined with others")],
    };

    /// <summary>Labels workloads must have.</summary>
    public static readonly FieldBounds Labels = new() { Pattern = "^([a-zA-Z0-9]([-a-zA-Z0-9_.]*[a-zA-Z0-9])?)?$", MaxLength = 63, MaxItems = 256 };
}
