using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Mesh.Cluster.Api.Admission;

/// <summary>
/// A certificate whose files are replaced while the process runs, as a Secret's are. Looks at each handshake whether they changed; keeps the
/// last good one while the new files do not fit together. Thread-safe.
/// </summary>
internal sealed partial class FileCertificate(string certificate, string key, ILogger<FileCertificate> log)
{
    private readonly Lock _lock = new();
    private X509Certificate2? _current;
    private (DateTime, DateTime) _readAt;

    /// <summary>Null only when the files were never readable: the handshake then fails.</summary>
    public X509Certificate2? Current
    {
        get
        {
            lock (_lock)
            {
                var changedAt = (File.GetLastWriteTimeUtc(certificate), File.GetLastWriteTimeUtc(key));
                if (changedAt != _readAt) Read_NeedsLock(changedAt);
                return _current;
            }
        }
    }

    private void Read_NeedsLock((DateTime, DateTime) changedAt)
    {
        _readAt = changedAt;
        try
        {
            _current = X509Certificate2.CreateFromPemFile(certificate, key);
            Log.Loaded(log, _current.Subject, _current.NotAfter);
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            Log.Unusable(log, certificate, e);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Webhooks are served as {Subject} until {NotAfter}")]
        public static partial void Loaded(ILogger logger, string subject, DateTime notAfter);

        [LoggerMessage(LogLevel.Error, "The webhooks' certificate {File} cannot be used; the last good one stays")]
        public static partial void Unusable(ILogger logger, string file, Exception cause);
    }
}
