using System.Globalization;
using System.Text;
using Mesh.NodeAgent.Model;

namespace Mesh.NodeAgent.ControlPlane;

/// <summary>
/// The number of each stream this node opens: rises over restarts because it is kept on disk, and even if that is lost because it
/// is never less than the time in milliseconds. Used by one thread.
/// </summary>
internal sealed partial class Incarnations(string stateDirectory, TimeProvider time, ILogger<Incarnations> logger)
{
    private readonly string _path = Path.Combine(stateDirectory, "incarnation");
    private ulong _last;

    public ulong Next()
    {
        _last = Math.Max(Math.Max(_last, Stored()) + 1, (ulong)time.GetUtcNow().ToUnixTimeMilliseconds());
        try
        {
            AtomicFile.Write(_path, file => file.Write(Encoding.ASCII.GetBytes(_last.ToString(CultureInfo.InvariantCulture))));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Log.NotStored(logger, e);
        }

        return _last;
    }

    private ulong Stored()
    {
        try
        {
            return ulong.TryParse(File.ReadAllText(_path), NumberStyles.None, CultureInfo.InvariantCulture, out var stored) ? stored : 0;
        }
        catch (IOException)
        {
            // The first start; the time is the floor.
            return 0;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The incarnation cannot be stored; the clock alone makes it rise")]
        public static partial void NotStored(ILogger logger, Exception exception);
    }
}
