using Mesh.Core.Schema;

namespace Mesh.Cli.Documents;

/// <summary>The descriptions of the models' fields, which are a resource of this program: see the project file.</summary>
internal static class ModelDescriptions
{
    private const string Resource = "Mesh.Core.xml";

    public static Descriptions Load()
    {
        using var xml = typeof(ModelDescriptions).Assembly.GetManifestResourceStream(Resource) ?? throw new InvalidOperationException($"meshctl was built without {Resource}");
        return Descriptions.Load(xml);
    }
}
