using Mesh.Analysis.Documents;
using Mesh.Analysis.Indexing;
using Mesh.Analysis.Messages;
using Mesh.Core.Resources;

namespace Mesh.Analysis;

/// <summary>What an analyzer sees, and where it reports. Not thread-safe.</summary>
internal sealed class AnalysisContext(AnalysisIndex index)
{
    private readonly List<Finding> _findings = [];

    public AnalysisIndex Index { get; } = index;

    public IReadOnlyList<Finding> Findings => _findings;

    public void Report(MessageType type, MeshObject about, string path, string text) =>
        _findings.Add(new Finding(type, about.Key, Index.DocumentOf(about.Key), path, text));

    public void Report(MessageType type, KubernetesObject about, string path, string text) =>
        _findings.Add(new Finding(type, about.Key, about.Document, path, text));

    /// <summary>About a document that may be no object at all.</summary>
    public void Report(MessageType type, ObjectDocument about, string path, string text, int line = 0) =>
        _findings.Add(new Finding(type, about.Key, about, path, text, line));

    /// <summary>A finding before its line is looked up; <paramref name="Line"/> when it is known already.</summary>
    internal sealed record Finding(MessageType Type, ObjectKey? Object, ObjectDocument? Document, string Path, string Text, int Line = 0);
}
