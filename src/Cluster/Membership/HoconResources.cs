using Akka.Configuration;
using AkkaConfig = Akka.Configuration.Config;

namespace Mesh.Cluster.Membership;

/// <summary>The files of <c>hocon/</c>, embedded into the program.</summary>
internal static class HoconResources
{
    public static AkkaConfig Load(string file)
    {
        using var stream = typeof(HoconResources).Assembly.GetManifestResourceStream($"hocon/{file}")
            ?? throw new InvalidOperationException($"hocon/{file} is not embedded");
        using var reader = new StreamReader(stream);
        return ConfigurationFactory.ParseString(reader.ReadToEnd());
    }
}

/// <summary>Akka settings laid over everything else, for tests.</summary>
internal sealed record HoconOverrides(AkkaConfig Config);
