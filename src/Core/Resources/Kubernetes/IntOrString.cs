using System.Globalization;

namespace Mesh.Core.Resources.Kubernetes;

/// <summary>Kubernetes' IntOrString: a port by number or by name.</summary>
public readonly record struct IntOrString
{
    public IntOrString(int number) => Number = number;

    public IntOrString(string name) => Name = name;

    /// <summary>The number when <see cref="Name"/> is null.</summary>
    public int Number { get; }

    public string? Name { get; }

    public override string ToString() => Name ?? Number.ToString(CultureInfo.InvariantCulture);
}
