using Spectre.Console;

namespace Mesh.Cli.Output;

/// <summary>Standard output and error as the commands use them: colours and spinners only when output is a terminal.</summary>
internal sealed class Terminal(TextWriter output, TextWriter error, bool isTerminal)
{
    public TextWriter Out { get; } = output;

    public TextWriter Error { get; } = error;

    public bool IsTerminal { get; } = isTerminal;

    public static Terminal Standard() => new(Console.Out, Console.Error, !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("NO_COLOR") is null);

    /// <summary>
    /// Runs a long task with its progress shown: a spinner on a terminal, a line for each step elsewhere; on standard error when
    /// standard output is for JSON alone.
    /// </summary>
    public async Task<T> WithProgressAsync<T>(bool json, Func<IProgressSink, Task<T>> run)
    {
        if (json || !IsTerminal) return await run(new Lines(json ? Error : Out));
        return await AnsiConsole.Status().StartAsync("starting", context => run(new Spinner(context)));
    }

    public string Good(string text) => Colour(text, 32);

    public string Bad(string text) => Colour(text, 31);

    public string Caution(string text) => Colour(text, 33);

    public string Strong(string text) => Colour(text, 1);

    private string Colour(string text, int code) => IsTerminal ? $"\u001b[{code}m{text}\u001b[0m" : text;

    private sealed class Spinner(StatusContext context) : IProgressSink
    {
        public void Step(string text) => context.Status = Markup.Escape(text);

        public void Note(string text) => AnsiConsole.MarkupLineInterpolated($"[grey]{text}[/]");
    }

    private sealed class Lines(TextWriter output) : IProgressSink
    {
        public void Step(string text) => Note(text);

        public void Note(string text)
        {
            lock (output)
            {
                output.WriteLine(text);
                output.Flush();
            }
        }
    }
}
