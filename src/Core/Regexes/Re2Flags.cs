namespace Mesh.Core.Regexes;

/// <summary>The options <c>(?imsU)</c> switch.</summary>
internal readonly record struct Re2Flags
{
    public bool IgnoreCase { get; init; }

    public bool MultiLine { get; init; }

    public bool DotMatchesNewLine { get; init; }

    public bool SwapGreed { get; init; }

    /// <summary>Reads what follows <c>(?</c>, up to and with <c>:</c> (then a group is open) or <c>)</c>.</summary>
    public static Re2Flags Parse(Re2Scanner scanner, Re2Flags flags, out bool opensGroup)
    {
        var (on, empty) = (true, true);
        while (!scanner.AtEnd)
        {
            var c = scanner.Read().Value;
            opensGroup = c == ':';
            if (opensGroup || c == ')')
            {
                if (empty && !on) break; // nothing after "-"
                return flags;
            }

            switch (c)
            {
                case '-' when on:
                    (on, empty) = (false, true);
                    continue;
                case 'i': flags = flags with { IgnoreCase = on }; break;
                case 'm': flags = flags with { MultiLine = on }; break;
                case 's': flags = flags with { DotMatchesNewLine = on }; break;
                case 'U': flags = flags with { SwapGreed = on }; break;
                default: throw new Re2SyntaxException("options other than i, m, s and U after \"(?\" are not of RE2");
            }

            empty = false;
        }

        throw new Re2SyntaxException("\"(?\" without \")\" or \":\" after its options");
    }
}
