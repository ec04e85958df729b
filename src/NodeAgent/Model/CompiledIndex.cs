using Mesh.Translation;

namespace Mesh.NodeAgent.Model;

/// <summary>
/// The index that proxies were compiled from last; before the first time, that of the model on disk, for what routes were before. Replaced by
/// the configuration loop, read from any thread.
/// </summary>
internal sealed class CompiledIndex
{
    private volatile MeshIndex _current = MeshIndex.Empty;

    public MeshIndex Current => _current;

    /// <summary>Raised by the loop after a change of the model went to the proxies, or could not be compiled.</summary>
    public event Action? Settled;

    public void Start(MeshIndex restored) => _current = restored;

    public void Settle(MeshIndex? compiled)
    {
        if (compiled is not null) _current = compiled;
        Settled?.Invoke();
    }
}
