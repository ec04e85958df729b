using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Mesh.Core.Resources;
using Mesh.Core.Snapshots;
using Mesh.Translation;

namespace Mesh.Bench.Micro;

/// <summary>
/// The objects of a large mesh: reading and validating them all from YAML, reading them back from their stored form, and indexing them for translation. Not a
/// BenchmarkDotNet benchmark, because what an object keeps in memory matters as much as the time.
/// </summary>
internal static class FleetMeasurement
{
    private const int Rounds = 3;

    public static int Run()
    {
        (string Name, int Count, Func<int, string> Make)[] kinds =
        [
            ("VirtualService", 10_000, VirtualService), ("Service", 10_000, Service), ("PeerAuthentication", 2_500, PeerAuthentication), ("AuthorizationPolicy", 2_500, AuthorizationPolicy),
        ];
        Console.WriteLine("| kind | objects | YAML bytes each | validated/s | read back/s | stored bytes each | kept bytes each |\n|---|---:|---:|---:|---:|---:|---:|");
        var all = new List<MeshObject>();
        var total = TimeSpan.Zero;
        foreach (var (name, count, make) in kinds)
        {
            var texts = Enumerable.Range(0, count).Select(make).ToArray();
            var (read, validating, kept) = Best(() => Array.ConvertAll(texts, Read));
            var stored = Array.ConvertAll(read, ObjectWriter.ToJson);
            var (_, reading, _) = Best(() => Array.ConvertAll(stored, json => ObjectReader.FromStoredJson(json)));
            total += validating;
            all.AddRange(read);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {name} | {count:N0} | {texts.Average(Encoding.UTF8.GetByteCount):F0} | {count / validating.TotalSeconds:N0} | {count / reading.TotalSeconds:N0} | {stored.Average(s => s.Length):F0} | {kept / count:N0} |"));
        }

        var snapshot = MeshSnapshot.Empty with { Objects = all.ToImmutableDictionary(o => o.Key) };
        var (_, indexing, index) = Best(() => MeshIndex.Build(snapshot));
        var changed = snapshot with { Objects = snapshot.Objects.SetItem(all[0].Key, all[0] with { Metadata = all[0].Metadata with { Generation = 2 } }) };
        var built = MeshIndex.Build(snapshot);
        var (_, again, _) = Best(() => MeshIndex.Build(changed, built));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"\nall {all.Count:N0} validated in {total.TotalSeconds:F2} s, indexed in {indexing.TotalSeconds:F2} s ({index / all.Count:N0} bytes an object), indexed again after one change in {again.TotalMilliseconds:F0} ms"));
        return 0;
    }

    /// <summary>The fastest of some rounds and what its result keeps alive.</summary>
    private static (T Result, TimeSpan Took, long Kept) Best<T>(Func<T> run)
    {
        var (result, best, kept) = (default(T)!, TimeSpan.MaxValue, 0L);
        for (var round = 0; round < Rounds; round++)
        {
            result = default!;
            var before = GC.GetTotalMemory(forceFullCollection: true);
            var started = Stopwatch.GetTimestamp();
            result = run();
            var took = Stopwatch.GetElapsedTime(started);
            kept = GC.GetTotalMemory(forceFullCollection: true) - before;
            if (took < best) best = took;
        }

        return (result, best, kept);
    }

    private static MeshObject Read(string yaml) => ObjectReader.Read(yaml, "bench.yaml")[0].Draft ?? throw new InvalidOperationException("the document could not be read");

    private static string VirtualService(int i) =>
        $$"""
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: s{{i}}, namespace: n{{i / 100}} }
        spec:
          hosts: [s{{i}}]
          http:
          - match:
            - uri: {prefix: /api/{{i}} }
              headers: {end-user: {regex: "u[0-9]+"} }
            route:
            - destination: {host: s{{i}}, subset: v2}
            timeout: 5s
            retries: {attempts: 2, perTryTimeout: 1s, retryOn: 5xx}
          - route:
            - destination: {host: s{{i}}, subset: v1}
              weight: 90
            - destination: {host: s{{i}}, subset: v2}
              weight: 10

        """;

    private static string Service(int i) =>
        $$"""
        apiVersion: v1
        kind: Service
        metadata: {name: s{{i}}, namespace: n{{i / 100}} }
        spec:
          selector: {app: s{{i}} }
          ports:
          - {name: http, port: 80, targetPort: 8080}
          - {name: grpc, port: 9000}

        """;

    private static string PeerAuthentication(int i) =>
        $$"""
        apiVersion: security.istio.io/v1
        kind: PeerAuthentication
        metadata: {name: p{{i}}, namespace: n{{i / 25}} }
        spec:
          selector: {matchLabels: {app: s{{i * 4}} } }
          mtls: {mode: STRICT}
          portLevelMtls: {8080: {mode: PERMISSIVE} }

        """;

    private static string AuthorizationPolicy(int i) =>
        $$"""
        apiVersion: security.istio.io/v1
        kind: AuthorizationPolicy
        metadata: {name: a{{i}}, namespace: n{{i / 25}} }
        spec:
          selector: {matchLabels: {app: s{{i * 4}} } }
          action: ALLOW
          rules:
          - from:
            - source: {principals: [cluster.local/ns/n{{i / 25}}/sa/caller], ipBlocks: [10.0.0.0/8]}
            to:
            - operation: {methods: [GET, POST], paths: ["/api/{*}/item", "/health*"], ports: ["8080"]}
            when:
            - {key: "request.headers[x-tenant]", values: [a, b]}

        """;
}
