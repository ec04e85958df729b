using System.Collections.Concurrent;

namespace Mesh.Sidecar.Authentication;

/// <summary>
/// Tokens whose signature was found good, so that a repeated one costs a look-up. At most so many: two generations, of which the older is dropped when
/// the younger is half full, and what is used moves to the younger. Safe from all threads.
/// </summary>
internal sealed class TokenCache(int size)
{
    /// <summary>Longer tokens are verified each time (Envoy's bound).</summary>
    private const int MaxLength = 4096;

    private readonly Lock _lock = new();
    private volatile ConcurrentDictionary<string, CheckedToken> _young = new(StringComparer.Ordinal);
    private volatile ConcurrentDictionary<string, CheckedToken> _old = new(StringComparer.Ordinal);

    public int Count => _young.Count + _old.Count;

    public CheckedToken? Find(string text)
    {
        if (_young.TryGetValue(text, out var token)) return token;
        if (!_old.TryRemove(text, out token)) return null;
        Add(text, token);
        return token;
    }

    public void Add(string text, CheckedToken token)
    {
        if (text.Length > MaxLength) return;
        lock (_lock)
        {
            if (_young.Count >= Math.Max(1, size / 2))
            {
                _old = _young;
                _young = new(StringComparer.Ordinal);
            }
            _young[text] = token;
        }
    }
}

/// <summary>A token with a good signature, of an issuer and for an audience that suit the provider. It may have expired since.</summary>
internal sealed record CheckedToken(JsonWebToken Token, VerifiedToken Verified);
