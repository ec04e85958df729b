using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Mesh.Cluster.Settings;

namespace Mesh.Cluster.Certificates;

/// <summary>A token by which agents join: which agents, and for which <c>NAMESPACE/SERVICE-ACCOUNT</c> they may have certificates signed.</summary>
internal sealed record JoinToken(string Id, string Sha256, IReadOnlyList<string> Agents, IReadOnlyList<string> Identities)
{
    public bool AllowsAgent(string node) => Agents.Any(pattern => pattern == "*" || pattern == node);

    public bool AllowsIdentity(string @namespace, string serviceAccount) => Identities.Any(pattern =>
        pattern.Split('/') is [var ns, var account] && (ns == "*" || ns == @namespace) && (account == "*" || account == serviceAccount));
}

/// <summary>
/// The join tokens file, read again whenever it changed: taking a token out of it ends what its agents may have signed. Thread-safe.
/// </summary>
internal sealed partial class JoinTokens(ClusterOptions options, ILogger<JoinTokens> log)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
    };

    private volatile Loaded _loaded = new(default, -1, []);

    /// <summary>The token shown as <c>ID.SECRET</c>; null when there is none of that id or the secret differs.</summary>
    public JoinToken? Authenticate(string shown)
    {
        var dot = shown.IndexOf('.');
        if (dot <= 0 || Find(shown[..dot]) is not { } token) return null;
        var digest = SHA256.HashData(Encoding.UTF8.GetBytes(shown[(dot + 1)..]));
        return TryHex(token.Sha256, out var expected) && CryptographicOperations.FixedTimeEquals(digest, expected) ? token : null;
    }

    /// <summary>The token of that id as it is now; null when it was taken away.</summary>
    public JoinToken? Find(string id) => Load().FirstOrDefault(token => token.Id == id);

    private IReadOnlyList<JoinToken> Load()
    {
        var file = new FileInfo(options.JoinTokensFile);
        var loaded = _loaded;
        if (file.LastWriteTimeUtc == loaded.At && file.Length == loaded.Length) return loaded.Tokens;
        var tokens = Read(file.FullName) ?? loaded.Tokens;
        _loaded = new Loaded(file.LastWriteTimeUtc, file.Length, tokens);
        return tokens;
    }

    // A typing error, or a look at a file that is half written, must not take what every agent reported; the next change is read again.
    private JoinToken[]? Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<JoinToken[]>(File.ReadAllBytes(path), Json) ?? [];
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            Log.Unreadable(log, path, e);
            return null;
        }
    }

    private static bool TryHex(string text, out byte[] bytes)
    {
        bytes = text.Length == 64 && text.All(char.IsAsciiHexDigit) ? Convert.FromHexString(text) : [];
        return bytes.Length == 32;
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "{File} cannot be read; the join tokens that were read last stand")]
        public static partial void Unreadable(ILogger logger, string file, Exception cause);
    }

    private sealed record Loaded(DateTime At, long Length, IReadOnlyList<JoinToken> Tokens);
}
