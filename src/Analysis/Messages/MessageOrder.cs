using Mesh.Core.Resources;

namespace Mesh.Analysis.Messages;

/// <summary>The worst first, then by code, object, place and text: the same findings always come in the same order.</summary>
internal sealed class MessageOrder : IComparer<AnalysisMessage>
{
    public static readonly MessageOrder Instance = new();

    public int Compare(AnalysisMessage? x, AnalysisMessage? y)
    {
        if (x is null || y is null) return Comparer<object>.Default.Compare(x, y);
        var order = y.Type.Level.CompareTo(x.Type.Level);
        if (order == 0) order = string.CompareOrdinal(x.Type.Code, y.Type.Code);
        if (order == 0) order = Nullable.Compare<ObjectKey>(x.Object, y.Object);
        if (order == 0) order = string.CompareOrdinal(x.File, y.File);
        if (order == 0) order = x.Line.CompareTo(y.Line);
        if (order == 0) order = string.CompareOrdinal(x.Path, y.Path);
        return order != 0 ? order : string.CompareOrdinal(x.Text, y.Text);
    }
}
