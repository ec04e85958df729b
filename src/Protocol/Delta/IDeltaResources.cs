namespace Mesh.Protocol.Delta;

/// <summary>The resources of one type at one moment. Implementations are immutable.</summary>
public interface IDeltaResources
{
    IEnumerable<string> Names { get; }

    /// <summary>The resource of that name, or null.</summary>
    DeltaResource? Find(string name);
}
