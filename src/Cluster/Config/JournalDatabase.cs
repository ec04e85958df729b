using Mesh.Cluster.Settings;
using Microsoft.Data.Sqlite;

namespace Mesh.Cluster.Config;

/// <summary>
/// The database under the journal: prepares it and names it to Akka.Persistence.Sql. The seam for other databases is the provider;
/// the log itself knows none.
/// </summary>
internal static class JournalDatabase
{
    /// <summary>
    /// Write-ahead logging is a property of the file: readers (replicas that start) and the writer then do not block each other. Kept
    /// outside Akka's own initialization because that cannot change the mode.
    /// </summary>
    public static void Prepare(DatabaseOptions database)
    {
        using var connection = new SqliteConnection(database.ConnectionString);
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandTimeout = 10;
        command.CommandText = "PRAGMA journal_mode = WAL";
        command.ExecuteNonQuery();
    }

    public static string Hocon(DatabaseOptions database)
    {
        var connection = new SqliteConnectionStringBuilder(database.ConnectionString);
        // All replicas of one machine share the file: wait for the other's transaction instead of failing at once.
        if (connection.DefaultTimeout < 10) connection.DefaultTimeout = 10;
        var text = connection.ToString().Replace("\\", "\\\\").Replace("\"", "\\\"");
        return $$"""
            akka.persistence {
              journal.sql { connection-string = "{{text}}", provider-name = "SQLite.MS" }
              snapshot-store.sql { connection-string = "{{text}}", provider-name = "SQLite.MS" }
            }
            """;
    }
}
