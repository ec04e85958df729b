using System.Collections.Immutable;
using Mesh.Core.Resources;
using Mesh.Protocol.Model;
using Mesh.Protocol.V1;

namespace Mesh.NodeAgent.Model;

/// <summary>
/// On disk: what routes were before their last change, for rules that wait for a destination. A file of its own beside the model, because it
/// changes seldom, and because former versions of the agent read the model. Used by one thread.
/// </summary>
internal sealed partial class FormerRoutesCache(string stateDirectory, string trustDomain, string node, ILogger<FormerRoutesCache> logger)
{
    private readonly CacheFile _file = new(Path.Combine(stateDirectory, "former-routes"), trustDomain, node, logger);
    private FormerRoutes _written = new();

    /// <summary>Writes what differs from what was read or written last.</summary>
    public void Write(IReadOnlyDictionary<ObjectKey, ImmutableArray<MeshObject>> former)
    {
        var message = new FormerRoutes();
        foreach (var (key, objects) in former)
            message.Routes.Add(new FormerRoute { Key = key.ToString(), Objects = { objects.Select(o => o.ToProto()) } });
        if (message.Equals(_written)) return;
        _file.Write([message]);
        _written = message;
    }

    /// <summary>What was written last, without objects that this version cannot read.</summary>
    public IReadOnlyDictionary<ObjectKey, ImmutableArray<MeshObject>> Read()
    {
        var result = new Dictionary<ObjectKey, ImmutableArray<MeshObject>>();
        _written = _file.Read(FormerRoutes.Parser.ParseDelimitedFrom) ?? new FormerRoutes();
        foreach (var route in _written.Routes)
            if (ObjectKey.TryParse(route.Key, out var key) && ObjectsOf(route) is [_, ..] objects) result[key] = objects;
        return result;
    }

    private ImmutableArray<MeshObject> ObjectsOf(FormerRoute route)
    {
        var objects = ImmutableArray.CreateBuilder<MeshObject>();
        foreach (var stored in route.Objects)
        {
            if (!stored.TryToObject(out var value, out var error))
            {
                Log.Unreadable(logger, route.Key, error);
                return [];
            }
            objects.Add(value);
        }
        return objects.ToImmutable();
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "What {Object} was before its last change cannot be read and is forgotten: {Reason}")]
        public static partial void Unreadable(ILogger logger, string @object, string reason);
    }
}
