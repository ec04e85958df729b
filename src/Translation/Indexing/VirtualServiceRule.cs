using Mesh.Core.Resources.Networking;

namespace Mesh.Translation.Indexing;

/// <summary>One HTTP rule in force, with the object that says where it leads: the VirtualService itself or the one it delegates to.</summary>
/// <param name="Route">The rule; merged with the delegating one.</param>
/// <param name="Owner">Whose destinations these are: their short names are of its namespace.</param>
/// <param name="Path">Where it stands in the owner.</param>
internal sealed record VirtualServiceRule(HttpRoute Route, VirtualServiceModel Owner, string Path);
