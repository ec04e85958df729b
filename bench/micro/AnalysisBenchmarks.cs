using System.Collections.Immutable;
using System.Text;
using BenchmarkDotNet.Attributes;
using Mesh.Analysis;
using Mesh.Analysis.Messages;
using Mesh.Core.Resources;

namespace Mesh.Bench.Micro;

/// <summary>
/// `meshctl analyze` on a large mesh: as many VirtualServices as Services, half as many DestinationRules, and a workload for each Service.
/// Reading is what <see cref="ObjectBenchmarks"/> measures and is not counted here.
/// </summary>
public class AnalysisBenchmarks
{
    private AnalysisInput _input = new();

    [Params(1_000, 10_000)]
    public int Services { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var documents = ImmutableArray.CreateBuilder<ObjectDocument>();
        for (var part = 0; part < Services; part += 1_000)
        {
            var text = new StringBuilder();
            for (var i = part; i < Math.Min(part + 1_000, Services); i++) Append(text, i);
            documents.AddRange(ObjectReader.Read(text.ToString(), "bench.yaml"));
        }

        _input = new AnalysisInput { Documents = documents.ToImmutable() };
    }

    [Benchmark]
    public ImmutableArray<AnalysisMessage> Run() => MeshAnalysis.Run(_input);

    private static void Append(StringBuilder text, int i)
    {
        var space = $"ns-{i % 50}";
        var subset = i % 2 == 0 ? ", subset: v1" : "";
        text.Append($$$"""
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: s-{{{i}}}, namespace: {{{space}}}}
            spec: {selector: {app: s-{{{i}}}}, ports: [{name: http, port: 80}]}
            ---
            apiVersion: v1
            kind: Pod
            metadata: {name: s-{{{i}}}-0, namespace: {{{space}}}, labels: {app: s-{{{i}}}, version: v1}}
            spec: {containers: [{name: app, image: x}, {name: istio-proxy, image: y}]}
            ---
            apiVersion: networking.istio.io/v1
            kind: VirtualService
            metadata: {name: s-{{{i}}}, namespace: {{{space}}}}
            spec:
              hosts: [s-{{{i}}}]
              http:
              - match: [{uri: {prefix: /a}}, {uri: {exact: /b}, method: {exact: GET}}]
                route: [{destination: {host: s-{{{i}}}{{{subset}}}}}]
              - route: [{destination: {host: s-{{{i}}}}}]

            """);
        if (i % 2 != 0) return;
        text.Append($$$"""
            ---
            apiVersion: networking.istio.io/v1
            kind: DestinationRule
            metadata: {name: s-{{{i}}}, namespace: {{{space}}}}
            spec: {host: s-{{{i}}}, subsets: [{name: v1, labels: {version: v1}}]}

            """);
    }
}
