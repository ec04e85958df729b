namespace Mesh.Cli.Local.Planning;

/// <summary>
/// What applications are told of a Service: its name, and its ports in order. Or of a host of a ServiceEntry that speaks more than HTTP, by its host:
/// such ports are told from others by an address of their own alone.
/// </summary>
internal sealed record ServicePlan(string Namespace, string Name, IReadOnlyList<(string Name, int Port)> Ports);
