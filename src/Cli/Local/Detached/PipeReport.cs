using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Mesh.Cli.Output;
using Microsoft.Win32.SafeHandles;

namespace Mesh.Cli.Local.Detached;

/// <summary>One line of the report: exactly one of its fields is set.</summary>
internal sealed record ReportLine(string? Step = null, string? Note = null, Summary? Ready = null, string? Failure = null);

/// <summary>
/// Writes progress as JSON lines to an inherited pipe until <see cref="Finish"/>, and as plain lines to stderr, which is the
/// supervisor's log. The reader may be gone: that ends the report, never the mesh. Thread-safe.
/// </summary>
internal sealed class PipeReport(int descriptor) : IProgressSink, IDisposable
{
    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    private readonly FileStream _pipe = new(new SafeFileHandle(descriptor, ownsHandle: true), FileAccess.Write, bufferSize: 0);
    private bool _open = true;

    public void Step(string text) => Write(new ReportLine(Step: text), text);

    public void Note(string text) => Write(new ReportLine(Note: text), text);

    public void Finish(ReportLine last)
    {
        Write(last, last.Failure ?? "ready");
        lock (_pipe) Close();
    }

    public void Dispose()
    {
        lock (_pipe) Close();
    }

    private void Write(ReportLine line, string log)
    {
        lock (_pipe)
        {
            Console.Error.WriteLine(log);
            if (!_open) return;
            try
            {
                _pipe.Write(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(line, Json) + "\n"));
            }
            catch (IOException)
            {
                Close(); // the command that started us was interrupted
            }
        }
    }

    private void Close()
    {
        if (_open) _pipe.Dispose();
        _open = false;
    }
}
