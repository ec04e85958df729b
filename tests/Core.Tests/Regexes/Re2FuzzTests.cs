using Mesh.Core.Regexes;

namespace Mesh.Core.Tests.Regexes;

public sealed class Re2FuzzTests
{
    private static readonly string[] Parts =
    [
        "a", "b", "\u00e9", "\U0001F600", ".", "\\d", "\\W", "[a-c]", "[^/]", "[[:alpha:]]", "[]-]", "\\pL", "\\x41", "\\Qa.b\\E", "^", "$", "\\b",
        "(?i)", "(?s-i:", "(?:", "(", "(?P<x>", ")", ")", "|", "*", "+?", "??", "{2}", "{0,3}", "{2,}", "{", "}", "[", "\\", "-", "(?", "\\p{", "\\x{",
    ];

    [Fact]
    public void TryParse_RandomExpressions_CompileWhenTheyAreAccepted()
    {
        var random = new Random(17);
        var accepted = 0;
        for (var i = 0; i < 3000; i++)
        {
            var pattern = string.Concat(Enumerable.Range(0, random.Next(1, 9)).Select(_ => Parts[random.Next(Parts.Length)]));
            if (!Re2.TryParse(pattern, out var parsed, out var error))
            {
                Assert.NotEmpty(error);
                continue;
            }

            accepted++;
            _ = parsed.ToFullMatch().IsMatch("ab\u00e9\U0001F600");
        }

        Assert.InRange(accepted, 300, 2700);
    }
}
