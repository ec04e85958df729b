using Mesh.Core.Schema;

namespace Mesh.Core.Tests.Schema;

internal static class TestDescriptions
{
    /// <summary>From the file the compiler put beside the assembly of the models.</summary>
    public static Descriptions Load()
    {
        using var file = File.OpenRead(Path.Combine(AppContext.BaseDirectory, "Mesh.Core.xml"));
        return Descriptions.Load(file);
    }
}
