namespace Mesh.Core.Kinds;

/// <summary>What the mesh does with objects of a kind.</summary>
public enum KindUse
{
    /// <summary>They are applied: stored, sent to agents, and acted on as far as their fields are enforced.</summary>
    Applied,

    /// <summary>They are read by <c>meshctl up</c> and never stored.</summary>
    Local,

    /// <summary>
    /// They belong to Kubernetes. The mesh reads them there, and <c>analyze</c> and <c>convert</c> read them from files; applying one to the mesh would
    /// do nothing and is refused.
    /// </summary>
    Input,
}
