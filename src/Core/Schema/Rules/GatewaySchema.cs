using Mesh.Core.Resources.Networking;
using Mesh.Core.Schema.Cel;

namespace Mesh.Core.Schema.Rules;

/// <summary>Gateway and what it is made of.</summary>
internal static class GatewaySchema
{
    public static void AddTo(SchemaRules rules) => rules
        .Field<Gateway>(nameof(Gateway.Selector), SharedBounds.Labels)
        .Field<Gateway>(nameof(Gateway.Servers), new()
        {
            MaxItems = 256,
            Rules =
            [
                new CelRule("self.all(s, !has(s.name) || s.name == '' || self.exists_one(t, has(t.name) && t.name == s.name))", "the names of servers must differ"),
                new CelRule("self.all(s, self.all(t, !has(s.port) || !has(t.port) || s.port.number != t.port.number || s.port.protocol == t.port.protocol))",
                    "servers on the same port must speak the same protocol"),
            ],
        })
        .Field<Server>(nameof(Server.Name), new() { MaxLength = 253 })
        .Field<Server>(nameof(Server.Hosts), new() { Pattern = Patterns.ScopedHost, MaxLength = 320 })
        .Field<Port>(nameof(Port.Protocol), new() { MinLength = 1, MaxLength = 32 });
}
