using System.Collections.Immutable;
using Mesh.Analysis.Messages;

namespace Mesh.Analysis;

/// <summary>Finds one kind of mistake among all objects. Stateless.</summary>
internal interface IAnalyzer
{
    /// <summary>Istio's name where it has the analyzer: <c>virtualservice.GatewayAnalyzer</c>.</summary>
    string Name { get; }

    /// <summary>What it checks, a sentence.</summary>
    string Description { get; }

    /// <summary>What it may find.</summary>
    ImmutableArray<MessageType> Finds { get; }

    void Analyze(AnalysisContext context);
}
