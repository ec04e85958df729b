using System.Globalization;

namespace Mesh.Cli.Client;

/// <summary>
/// Sends changes of any number, one part after the other. A part is one revision step, several are several: between two of them the mesh runs with
/// the first and without the second, and a part that fails leaves those before it in force. One user at a time.
/// </summary>
/// <param name="api">The mesh.</param>
/// <param name="progress">Told after each part but the last, where there are several.</param>
internal sealed class ChangeSender(MeshApi api, Action<string> progress)
{
    public Task<ApplyAnswer> ApplyAsync(bool dryRun, IReadOnlyList<ApplyDocument[]> parts, CancellationToken cancel) =>
        SendAsync(parts, dryRun ? "judged" : "applied", dryRun, part => api.ApplyAsync(new ApplyRequest(dryRun, part), cancel));

    public Task<ApplyAnswer> DeleteAsync(IReadOnlyList<string[]> parts, CancellationToken cancel) =>
        SendAsync(parts, "deleted", false, part => api.DeleteAsync(new DeleteRequest(part), cancel));

    private async Task<ApplyAnswer> SendAsync<T>(IReadOnlyList<T[]> parts, string verb, bool dryRun, Func<T[], Task<ApplyAnswer>> send)
    {
        var all = parts.Sum(p => p.Length);
        var results = new List<ApplyResult>(all);
        var (revision, sent) = (0ul, 0);
        for (var i = 0; i < parts.Count; i++)
        {
            ApplyAnswer answer;
            try
            {
                answer = await send(parts[i]);
            }
            catch (CliException e) when (parts.Count > 1)
            {
                throw new CliException($"{e.Message}\n{HowFar(verb, dryRun, sent, parts[i].Length, all, revision)}", e.ExitCode);
            }
            results.AddRange(answer.Results);
            (revision, sent) = (Math.Max(revision, answer.Revision), sent + parts[i].Length);
            if (i < parts.Count - 1) progress(string.Create(CultureInfo.InvariantCulture, $"{verb} {sent:N0} of {all:N0} objects"));
        }
        return new ApplyAnswer(revision, results);
    }

    private static string HowFar(string verb, bool dryRun, int sent, int failed, int all, ulong revision)
    {
        if (dryRun) return string.Create(CultureInfo.InvariantCulture, $"{verb} {sent:N0} of {all:N0} objects; nothing was changed.");
        var before = sent == 0 ? $"None of {all:N0} objects is known to be {verb}."
            : $"The first {sent:N0} of {all:N0} objects are {verb} (revision {revision}).";
        var rest = all - sent - failed;
        return string.Create(CultureInfo.InvariantCulture,
            $"{before} Whether the next {failed:N0} are is not known; {(rest > 0 ? $"the last {rest:N0} were not sent" : "there are no others")}. ")
            + "Repeat the command when the mesh answers: what is there already stays as it is.";
    }
}
