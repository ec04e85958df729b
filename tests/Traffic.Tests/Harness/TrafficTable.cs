using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace Mesh.Traffic.Tests.Harness;

/// <summary>One capability: what is written in YAML, what is sent, and what everybody must have seen (Tables/README.md).</summary>
internal sealed class TrafficTable
{
    public string Objects { get; set; } = "";
    public List<TrafficCase> Cases { get; set; } = [];

    public static IReadOnlyList<string> Names { get; } =
        [.. Directory.EnumerateFiles(Folder(), "*.yaml").Select(f => Path.GetFileNameWithoutExtension(f)).Order(StringComparer.Ordinal)];

    public static TrafficTable Read(string name)
    {
        // A word that no field has is a mistake in the table, and must not make a case that checks nothing.
        var reader = new DeserializerBuilder().WithNamingConvention(CamelCaseNamingConvention.Instance).WithDuplicateKeyChecking().Build();
        return reader.Deserialize<TrafficTable>(File.ReadAllText(Path.Combine(Folder(), name + ".yaml")));
    }

    private static string Folder() => Path.Combine(AppContext.BaseDirectory, "Tables");
}

internal sealed class TrafficCase
{
    public string Name { get; set; } = "";

    /// <summary>Why it is as it is, where the documents leave it open.</summary>
    public string Why { get; set; } = "";

    /// <summary>Documents besides those of the table.</summary>
    public string Objects { get; set; } = "";

    /// <summary>Endpoints of another node for this case: <c>unhealthy</c>, <c>draining</c>, <c>dead</c> (nothing listens) or <c>weight N</c>.</summary>
    public Dictionary<string, string> Workloads { get; set; } = [];

    /// <summary>What translation must say of them.</summary>
    public string Problem { get; set; } = "";

    public List<TrafficStep> Steps { get; set; } = [];
}

internal sealed class TrafficStep
{
    /// <summary>
    /// <c>METHOD URL</c>; here and in headers <c>{n}</c> is the number of the request, from 0. Or <c>TCP NAME:PORT</c>, one connection to the caller's alias
    /// of that service, to a proxy's own address (<c>proxy</c>), or to a loopback address.
    /// </summary>
    public string Send { get; set; } = "";

    public bool IsTcp => Send.StartsWith("TCP ", StringComparison.Ordinal);

    /// <summary>Of TCP: the connection begins as that of a TLS client which asks for this name.</summary>
    public string? Sni { get; set; }

    /// <summary>Of <c>https</c> URLs: what else the client of TLS is like.</summary>
    public TlsStep? Tls { get; set; }

    /// <summary>Credentials written before the first request, each with the name that its certificate is for.</summary>
    public Dictionary<string, string> Credentials { get; set; } = [];

    /// <summary>A workload with a sidecar, or <c>outside</c>: to the gateway, at the URL's port.</summary>
    public string From { get; set; } = "client";

    /// <summary>The workload whose address is dialled at the URL's port, or <c>spare</c>, an address that is <c>{spare}</c> in objects; null: the caller's own outbound listener.</summary>
    public string? To { get; set; }

    /// <summary><c>h1</c>, <c>h2</c> or <c>grpc</c>.</summary>
    public string As { get; set; } = "h1";

    /// <summary>In place of the URL's own.</summary>
    public string? Host { get; set; }

    public Dictionary<string, string> Headers { get; set; } = [];
    public int BodyBytes { get; set; } = -1;

    /// <summary>Of a token that the request brings, signed by the issuer whose public keys stand for <c>{keys}</c> in documents.</summary>
    public string? Claims { get; set; }
    public int Times { get; set; } = 1;

    /// <summary>Milliseconds between one answer and the next request.</summary>
    public int PauseMs { get; set; }

    /// <summary>In place of the case's, from this step on.</summary>
    public Dictionary<string, string>? Workloads { get; set; }

    /// <summary>Keeps under this name which application answered which request.</summary>
    public string? Remember { get; set; }

    /// <summary>At once rather than one after another.</summary>
    public bool Together { get; set; }

    /// <summary>What applications do with the next requests (EchoPlan).</summary>
    public Dictionary<string, List<string>> Plan { get; set; } = [];

    public Expectation Expect { get; set; } = new();
}

/// <summary>What is not set is not looked at. Of several requests each must be so, but for those fields that speak of all.</summary>
internal sealed class Expectation
{
    public int? Status { get; set; }
    public string? App { get; set; }
    public string? Path { get; set; }
    public string? Host { get; set; }
    public string? Method { get; set; }
    public string? Body { get; set; }
    public string? Flag { get; set; }
    public bool Cut { get; set; }
    public long? BodyBytes { get; set; }

    /// <summary>Of the last request that an application got; null: absent. A text after <c>~</c> is a pattern.</summary>
    public Dictionary<string, string?> Seen { get; set; } = [];

    /// <summary>Of the answer.</summary>
    public Dictionary<string, string?> Headers { get; set; } = [];

    /// <summary>Requests that reached applications, all together.</summary>
    public int? Tries { get; set; }

    /// <summary>Requests that reached each application: <c>3</c>, or <c>3..9</c>.</summary>
    public Dictionary<string, string> Apps { get; set; } = [];

    /// <summary>Of statuses, how many times each: <c>3</c>, or <c>3..9</c>.</summary>
    public Dictionary<int, string> Statuses { get; set; } = [];

    /// <summary>How many applications answered.</summary>
    public int? DistinctApps { get; set; }

    /// <summary>
    /// By the name of a remembered step, how many requests moved without need: from one application to another, both of which answered in both steps.
    /// </summary>
    public Dictionary<string, string> MovedSince { get; set; } = [];

    /// <summary>Connections over which applications got the requests: <c>3</c>, or <c>3..9</c>.</summary>
    public string? Connections { get; set; }

    /// <summary>What the application that is only a mirror got.</summary>
    public MirrorExpectation? Mirror { get; set; }

    public int? AtLeastMs { get; set; }
    public int? AtMostMs { get; set; }

    /// <summary>By how much series of the caller's proxy grew; a name stands for all series that begin with it.</summary>
    public Dictionary<string, string> Metrics { get; set; } = [];
}

internal sealed class MirrorExpectation
{
    public string App { get; set; } = "";
    public string? Path { get; set; }
    public string? Host { get; set; }
    public long? BodyBytes { get; set; }
}
