using System.Reflection;
using Google.Protobuf.Reflection;
using Mesh.Sidecar.Admin;

namespace Mesh.Sidecar.Tests.Admin;

public sealed class ConfigDumpTests
{
    [Fact]
    public void Types_HaveEveryExtensionTheMeshSpeaks()
    {
        var extensions = typeof(TypeUrls).Assembly.GetTypes()
            .Where(t => t.Namespace?.StartsWith("Envoy.Extensions.", StringComparison.Ordinal) == true && t.Name.EndsWith("Reflection", StringComparison.Ordinal))
            .Select(t => (FileDescriptor)t.GetProperty("Descriptor", BindingFlags.Public | BindingFlags.Static)!.GetValue(null)!)
            .SelectMany(f => f.MessageTypes).ToList();

        Assert.True(extensions.Count > 20);
        Assert.All(extensions, m => Assert.True(ConfigDump.Types.Find(m.FullName) is not null, m.FullName));
    }
}
