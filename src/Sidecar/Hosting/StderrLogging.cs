using System.Text;

namespace Mesh.Sidecar.Hosting;

/// <summary>
/// Writes one line an event to stderr, at a level that the admin port changes while running. Lines of several threads are kept whole
/// by one lock around the write; the data path logs at debug only.
/// </summary>
internal sealed class StderrLogging(TextWriter output, TimeProvider time) : ILoggerProvider, ILoggerFactory
{
    private readonly Lock _write = new();
    private volatile int _level = (int)LogLevel.Information;

    public LogLevel Level
    {
        get => (LogLevel)_level;
        set => _level = (int)value;
    }

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName[(categoryName.LastIndexOf('.') + 1)..],
        // Kestrel and YARP say at information what is routine for a proxy (connections that end early).
        categoryName.StartsWith("Mesh.", StringComparison.Ordinal) ? LogLevel.Trace : LogLevel.Critical);

    public void AddProvider(ILoggerProvider provider) =>
        throw new NotSupportedException("the sidecar logs to stderr only");

    public void Dispose() { }

    private void Write(LogLevel level, string category, EventId id, string message, Exception? error)
    {
        var line = new StringBuilder(160)
            .Append(time.GetUtcNow().UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", null)).Append(' ')
            .Append(level.ToString().ToLowerInvariant()).Append(' ')
            .Append(category).Append(' ').Append(message.ReplaceLineEndings(" "));
        if (error is not null) line.Append(" | ").Append(error.ToString().ReplaceLineEndings(" "));
        lock (_write) output.WriteLine(line);
    }

    private sealed class Logger(StderrLogging owner, string category, LogLevel floor) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel)
        {
            var level = owner.Level;
            return logLevel >= level && (logLevel >= floor || level <= LogLevel.Debug) && logLevel != LogLevel.None;
        }

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel)) owner.Write(logLevel, category, eventId, formatter(state, exception), exception);
        }
    }
}
