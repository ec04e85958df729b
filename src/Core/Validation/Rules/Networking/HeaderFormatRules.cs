namespace Mesh.Core.Validation.Rules.Networking;

/// <summary>Envoy's substitutions in header values: <c>%NAME%</c>, <c>%NAME(arguments)%</c>; <c>%%</c> stands for a percent sign.</summary>
internal static class HeaderFormatRules
{
    public static void Check(string value, RuleContext at)
    {
        var substitutes = false;
        for (var i = value.IndexOf('%'); i >= 0; i = i < value.Length ? value.IndexOf('%', i) : -1)
        {
            if (i + 1 < value.Length && value[i + 1] == '%')
            {
                i += 2;
                continue;
            }

            var end = EndOfName(value, i + 1);
            if (end < 0)
            {
                at.Error($"{Names.Quote(value)} has a percent sign that starts no substitution", "Write \"%%\" for a percent sign.");
                return;
            }

            substitutes = true;
            i = end + 1;
        }

        if (substitutes) at.Refuse($"substitution in {Names.Quote(value)} is not supported yet", "Write a literal value; \"%%\" stands for a percent sign.");
    }

    // The index of the closing percent sign; -1 when there is none. Parentheses are skipped: they may hold percent signs.
    private static int EndOfName(string value, int start)
    {
        for (var i = start; i < value.Length; i++)
        {
            if (value[i] == '%') return i > start ? i : -1;
            if (value[i] == '(')
            {
                i = value.IndexOf(')', i);
                if (i < 0) return -1;
            }
        }

        return -1;
    }
}
