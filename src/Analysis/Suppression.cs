using System.Diagnostics.CodeAnalysis;
using Mesh.Analysis.Messages;

namespace Mesh.Analysis;

/// <summary>Hides messages of one type about some objects: <c>CODE=KIND namespace/name</c>, with <c>*</c> and <c>?</c> as wildcards.</summary>
public sealed record Suppression
{
    private Suppression(string code, string kind, string name) => (Code, Kind, Name) = (code, kind, name);

    /// <summary>One code, or <c>*</c>.</summary>
    public string Code { get; }

    public string Kind { get; }

    /// <summary><c>namespace/name</c>, istioctl's <c>name.namespace</c>, or the name of an object of cluster scope.</summary>
    public string Name { get; }

    public static bool TryParse(string text, [NotNullWhen(true)] out Suppression? suppression, [NotNullWhen(false)] out string? problem)
    {
        (suppression, problem) = (null, null);
        var equals = text.IndexOf('=');
        var code = equals < 0 ? "" : text[..equals].Trim();
        var words = equals < 0 ? [] : text[(equals + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (equals < 0 || words.Length is not (1 or 2)) problem = $"'{text}' is not of the form CODE=KIND NAMESPACE/NAME, as in IST0102=Namespace frontend";
        else if (code != "*" && !MessageTypes.TryFind(code, out _)) problem = $"there is no message '{code}'; see --list-analyzers for the codes";
        else suppression = new Suppression(code, words[0], words.Length == 2 ? words[1] : "*");
        return suppression is not null;
    }

    internal bool Hides(AnalysisMessage message) =>
        message.Object is { } key && Glob.Matches(Code, message.Type.Code) && Glob.Matches(Kind, key.ShortKind) &&
        (key.Namespace.Length == 0
            ? Glob.Matches(Name, key.Name)
            : Glob.Matches(Name, $"{key.Namespace}/{key.Name}") || (!Name.Contains('/') && Glob.Matches(Name, $"{key.Name}.{key.Namespace}")));
}
