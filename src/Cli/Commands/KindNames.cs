using System.CommandLine;
using Mesh.Core.Kinds;

namespace Mesh.Cli.Commands;

/// <summary>The KIND argument: <c>virtualservice</c>, <c>virtualservices</c>, <c>vs</c>, with or without its group.</summary>
internal static class KindNames
{
    public static Argument<KindInfo?> Argument() => new("KIND")
    {
        Description = "Kind of object: " + string.Join(", ", KindRegistry.All.Where(IsServed).Select(Describe)),
        Arity = ArgumentArity.ZeroOrOne,
        CustomParser = result =>
        {
            if (result.Tokens.Count == 0) return null;
            if (KindRegistry.TryFindByUserName(result.Tokens[0].Value, out var kind) && IsServed(kind)) return kind;
            result.AddError($"there is no kind '{result.Tokens[0].Value}'; the kinds are {string.Join(", ", KindRegistry.All.Where(IsServed).Select(k => k.Singular))}");
            return null;
        },
    };

    /// <summary>A LocalMesh is meshctl's own input, Pods and the like are Kubernetes'; the API knows neither.</summary>
    private static bool IsServed(KindInfo kind) => kind.Use == KindUse.Applied;

    private static string Describe(KindInfo kind) => kind.ShortNames.IsEmpty ? kind.Singular : $"{kind.Singular} ({string.Join(", ", kind.ShortNames)})";
}
