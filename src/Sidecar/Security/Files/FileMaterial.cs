using System.Security.Cryptography;
using System.Text;
using Mesh.Sidecar.Discovery;

namespace Mesh.Sidecar.Security.Files;

/// <summary>
/// What is made of some files, as they are now. They are looked at when it is asked for, at most once a <see cref="CheckPeriod"/>: nothing runs where no
/// connection is made, and a file that appears, is replaced by a link (as Kubernetes does) or lies on a file system without notifications is seen alike.
/// They count as changed by their content. What cannot be used leaves the last good in force. Safe for use from many threads, under a lock.
/// </summary>
internal sealed partial class FileMaterial<T>(IReadOnlyList<string> paths, Func<IReadOnlyList<string>, T> parse, TimeProvider time, ILogger log)
    where T : class
{
    /// <summary>How long a change may go unnoticed.</summary>
    internal static readonly TimeSpan CheckPeriod = TimeSpan.FromSeconds(1);

    // Bundles of public roots have 200 to 300 KB.
    private const int MaxBytes = 4 * 1024 * 1024;

    private readonly Lock _lock = new();
    private readonly ReasonLog _said = new();
    private readonly byte[] _digest = new byte[SHA256.HashSizeInBytes];
    private T? _model;
    private string _problem = "";
    private long _checkedAt;
    private bool _isChecked;

    /// <summary>Grows with each new content that can be used.</summary>
    public int Version { get; private set; }

    /// <summary>What the files hold; <see cref="CertificateFileException"/> while they never held anything that could be used.</summary>
    public T Current()
    {
        lock (_lock)
        {
            if (!_isChecked || time.GetElapsedTime(_checkedAt) >= CheckPeriod) Check();
            return _model ?? throw new CertificateFileException(_problem);
        }
    }

    private void Check()
    {
        (_isChecked, _checkedAt) = (true, time.GetTimestamp());
        try
        {
            Load();
            _said.Forget();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException or NotSupportedException)
        {
            // Messages of the file system name the file already.
            _problem = e is IOException or UnauthorizedAccessException ? e.Message : $"{string.Join(", ", paths)}: {e.Message}";
            if (_model is null) Log.Unusable(log, _said.LevelFor(_problem), _problem);
            else Log.Kept(log, _said.LevelFor(_problem), _problem);
        }
    }

    private void Load()
    {
        var contents = new byte[paths.Count][];
        try
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            for (var i = 0; i < contents.Length; i++)
            {
                contents[i] = Read(paths[i]);
                hash.AppendData(BitConverter.GetBytes(contents[i].Length));
                hash.AppendData(contents[i]);
            }
            var digest = hash.GetHashAndReset();
            if (_model is not null && digest.AsSpan().SequenceEqual(_digest)) return;
            _model = parse([.. contents.Select(Encoding.UTF8.GetString)]);
            digest.CopyTo(_digest, 0);
            Log.Loaded(log, string.Join(", ", paths), ++Version);
        }
        finally
        {
            // Some of it is a key.
            foreach (var content in contents)
                if (content is not null) CryptographicOperations.ZeroMemory(content);
        }
    }

    private static byte[] Read(string path)
    {
        FileSystemInfo info = new FileInfo(path);
        if (info.LinkTarget is not null) info = info.ResolveLinkTarget(returnFinalTarget: true) ?? info;
        if (!info.Exists) throw new FileNotFoundException($"{path}: no such file, or not allowed to look");
        // Pipes and devices have no length; to read them could take for ever.
        var length = ((FileInfo)info).Length;
        if (length == 0) throw new IOException($"{path}: empty, or not a plain file");
        if (length > MaxBytes) throw new IOException($"{path}: {length} bytes; {MaxBytes} are the most");
        return File.ReadAllBytes(path);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "read {Files} (version {Version})")]
        public static partial void Loaded(ILogger logger, string files, int version);

        [LoggerMessage(EventId = 2, Message = "connections that need it fail until it can be used: {Reason}")]
        public static partial void Unusable(ILogger logger, LogLevel level, string reason);

        [LoggerMessage(EventId = 3, Message = "what was read before stays in force: {Reason}")]
        public static partial void Kept(ILogger logger, LogLevel level, string reason);
    }
}
