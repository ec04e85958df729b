using System.Globalization;
using System.Text;
using Mesh.Analysis.Messages;

namespace Mesh.Analysis;

/// <summary>Writes docs/reference/analysis.md from the tables that analysis itself uses.</summary>
public static class AnalysisReference
{
    private const string Head =
        """
        # Analysis

        What `meshctl analyze` finds: objects that are valid by themselves and wrong in context. Codes, names and levels are Istio's, so that what
        is known about a code holds here too; codes with MESH are our own. Made from `src/Analysis/Messages`; run the tests of Analysis with
        `MESH_UPDATE_GOLDEN=1` after a change there.

        ```sh
        meshctl analyze -f mesh/                      # files alone
        meshctl analyze                               # the running mesh
        meshctl analyze -f canary.yaml --live         # the mesh as it would be after apply
        meshctl analyze -f mesh/ -R -o json --failure-threshold Warning
        meshctl analyze -f mesh/ --suppress "IST0118=Service legacy/*"
        meshctl analyze --list-analyzers
        ```

        A message names the object, the field and, for files, the line of the field. It can be left out for some objects with `--suppress`
        (`CODE=KIND NAMESPACE/NAME`, or istioctl's `NAME.NAMESPACE`; `*` and `?` are wildcards) or on the object itself with the annotation
        `galley.istio.io/analyze-suppress`, a list of codes or `*`. `-n NAMESPACE` prints what is about one namespace; everything is looked at
        all the same. Exit code 0: nothing at or above `--failure-threshold` (Error), 79: something, as istioctl; 1: the mesh could not be asked;
        2: the command line or a file could not be read.

        What is said and not said is what Istio's analysis says of the same objects, except:
        - Workloads are Pods, and also what Deployments, StatefulSets, DaemonSets, ReplicaSets, Jobs and CronJobs will make, workloads and gateways of a
          LocalMesh, WorkloadEntries, WorkloadGroups, and what is registered with the running mesh. Where files name no workload at all, nothing is said of
          selectors (IST0101, IST0127, IST0173 and the like); the same goes for namespaces without Namespace objects, and for certificates without Secrets.
        - Files alone, without a LocalMesh, need not hold the gateways of an installation: `istio: ingressgateway`, `istio: egressgateway` and
          `istio: ingress` are taken to be there.
        - An object that validation refuses is analysed as far as it could be read.
        - IST0130 and IST0131 report whatever an earlier match provably takes: exact and case-insensitive paths, headers, server names.
        - IST0113 and IST0119 have no analyzer in Istio any more; here they compare DestinationRules with PeerAuthentications, and RequestAuthentications that
          select workloads with the ports of their Services.
        - IST0145 takes `namespace/` before a host into account; IST0140 is not reported of an object by itself.
        - IST0173 looks at the workloads of the service, not at any Pod with the labels; IST0174 knows wildcards over Services.

        """;

    public static string ToMarkdown()
    {
        var text = new StringBuilder(Head.ReplaceLineEndings("\n"));
        text.Append("\n## Istio's messages\n\n");
        Table(text, "IST");
        text.Append("\n## Messages of the mesh\n\n");
        Table(text, "MESH");
        text.Append("\n## Messages of Istio's that are left out\n\n| code | name | why |\n|---|---|---|\n");
        foreach (var (code, name, reason) in OmittedMessages.All) text.Append(CultureInfo.InvariantCulture, $"| {code} | {name} | {reason} |\n");
        text.Append("\nNumbers that are missing in both tables are not in use. Messages about waypoints and ambient mode are left out: the mesh has neither.\n");
        text.Append("\n## Analyzers\n\n| name | checks that | codes |\n|---|---|---|\n");
        foreach (var analyzer in MeshAnalysis.Analyzers) text.Append(CultureInfo.InvariantCulture, $"| `{analyzer.Name}` | {analyzer.Description} | {string.Join(", ", analyzer.Codes)} |\n");
        return text.ToString();
    }

    private static void Table(StringBuilder text, string prefix)
    {
        text.Append("| code | level | what it means | what to do |\n|---|---|---|---|\n");
        foreach (var type in MessageTypes.All.Where(t => t.Code.StartsWith(prefix, StringComparison.Ordinal)))
            text.Append(CultureInfo.InvariantCulture, $"| {type.Code} {type.Name} | {type.Level} | {type.Meaning} | {type.Advice} |\n");
    }
}
