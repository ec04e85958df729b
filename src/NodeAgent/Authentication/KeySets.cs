using System.Collections.Immutable;
using System.Text.Json;
using Mesh.Core.Resources;
using Mesh.NodeAgent.Model;
using Mesh.NodeAgent.Options;

namespace Mesh.NodeAgent.Authentication;

/// <summary>
/// The public keys of token issuers as they were last fetched, kept on disk so that a restart while an issuer is away refuses nobody. Replaced whole;
/// written by <see cref="KeySetFetcher"/> alone, read from any thread.
/// </summary>
internal sealed partial class KeySets
{
    private readonly string _path;
    private readonly ILogger<KeySets> _logger;

    public KeySets(AgentOptions options, ILogger<KeySets> logger)
    {
        (_path, _logger) = (Path.Combine(options.StateDirectory, "keysets.json"), logger);
        Current = Read();
    }

    /// <summary>By <see cref="Core.Snapshots.KeySetLocation"/>.</summary>
    public ImmutableDictionary<string, string> Current { get; private set; }

    /// <summary>Raised with the objects whose keys are others now.</summary>
    public event Action<ImmutableHashSet<ObjectKey>>? Changed;

    /// <summary>Takes over keys; those equal to what is held change nothing.</summary>
    public void Put(string location, string keys, ImmutableHashSet<ObjectKey> users)
    {
        if (Current.GetValueOrDefault(location) == keys) return;
        Current = Current.SetItem(location, keys);
        Write();
        Changed?.Invoke(users);
    }

    /// <summary>Forgets the keys that nobody asks for any more.</summary>
    public void Keep(IReadOnlyCollection<string> locations)
    {
        var kept = Current.RemoveRange(Current.Keys.Except(locations, StringComparer.Ordinal));
        if (kept.Count == Current.Count) return;
        Current = kept;
        Write();
    }

    private ImmutableDictionary<string, string> Read()
    {
        try
        {
            if (!File.Exists(_path)) return ImmutableDictionary<string, string>.Empty;
            using var document = JsonDocument.Parse(File.ReadAllBytes(_path));
            return document.RootElement.EnumerateObject().ToImmutableDictionary(p => p.Name, p => p.Value.GetString() ?? "");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or InvalidOperationException)
        {
            Log.Unreadable(_logger, _path, e);
            return ImmutableDictionary<string, string>.Empty;
        }
    }

    private void Write()
    {
        try
        {
            AtomicFile.Write(_path, stream =>
            {
                using var writer = new Utf8JsonWriter(stream);
                writer.WriteStartObject();
                foreach (var (location, keys) in Current.OrderBy(k => k.Key, StringComparer.Ordinal)) writer.WriteString(location, keys);
                writer.WriteEndObject();
            });
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Log.Unwritable(_logger, _path, e);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The keys kept in {Path} cannot be read; they are fetched anew")]
        public static partial void Unreadable(ILogger logger, string path, Exception exception);

        [LoggerMessage(2, LogLevel.Warning, "The fetched keys cannot be kept in {Path}; after a restart they must be fetched before tokens are believed")]
        public static partial void Unwritable(ILogger logger, string path, Exception exception);
    }
}
