namespace Mesh.Cli.Local.Planning;

/// <summary>What applications are told of a Service: its name, and its ports in order.</summary>
internal sealed record ServicePlan(string Namespace, string Name, IReadOnlyList<(string Name, int Port)> Ports);
