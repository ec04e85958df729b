using System.CommandLine;

namespace Mesh.Bench.Commands;

/// <summary><c>--variant NAME=VALUE ...</c>: a second mesh with this in its environment, to compare a setting or another build in turns.</summary>
internal static class VariantOption
{
    public static Option<string[]> Create()
    {
        var option = new Option<string[]>("--variant")
        {
            Description = "NAME=VALUE: adds a second mesh with this in its environment, to compare a setting in turns",
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => [],
        };
        option.Validators.Add(r =>
        {
            if (r.Tokens.FirstOrDefault(t => t.Value.IndexOf('=') < 1) is { } wrong)
                r.AddError($"--variant: '{wrong.Value}' is not NAME=VALUE");
        });
        return option;
    }

    public static Dictionary<string, string> Read(string[] values) => values.ToDictionary(v => v[..v.IndexOf('=')], v => v[(v.IndexOf('=') + 1)..]);
}
