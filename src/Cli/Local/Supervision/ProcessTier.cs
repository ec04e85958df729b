namespace Mesh.Cli.Local.Supervision;

/// <summary>The order in which a mesh is stopped: first what serves, last what it needs.</summary>
internal enum ProcessTier
{
    Workload,
    Agent,
    Replica,
}
