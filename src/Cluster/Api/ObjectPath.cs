using Mesh.Core.Kinds;
using Mesh.Core.Resources;

namespace Mesh.Cluster.Api;

/// <summary>The parts of an object's path; the core group has no <see cref="Group"/>.</summary>
internal sealed record ObjectPath(string? Group, string Version, string? Ns, string Plural, string? Name, string? DryRun, string? Watch)
{
    public bool IsDryRun => DryRun == "All";

    /// <summary>Null when nothing of that name and version is served.</summary>
    public KindInfo? FindKind()
    {
        var kind = KindRegistry.FindByPlural(Group ?? "", Plural);
        return kind is not null && kind.Versions.Contains(Version) && (kind.Namespaced || Ns is null) ? kind : null;
    }

    public ObjectKey KeyOf(KindInfo kind) => new(kind.QualifiedKind, Ns ?? "", Name ?? "");

    /// <summary>404; a kind that is known and not stored says why.</summary>
    public IResult Unknown() => KindRegistry.All.FirstOrDefault(k => k.Group == (Group ?? "") && k.Plural == Plural && k.Versions.Contains(Version)) is { Use: KindUse.Local } local
        ? ApiStatus.Result(404, ApplyJudge.LocalOnly(local))
        : ApiStatus.Result(404, $"no kind {Plural} in {(Group is null ? Version : $"{Group}/{Version}")}");
}
