using System.Reflection;

namespace Mesh.NodeAgent;

/// <summary>The version of this program, as it tells others.</summary>
internal static class AgentVersion
{
    public static readonly string Text =
        typeof(AgentVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";
}
