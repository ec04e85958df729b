using System.Text;
using Mesh.Core.Resources.Networking;

namespace Mesh.Core.Validation.Rules.Networking;

/// <summary>What a fixed response must satisfy.</summary>
internal static class DirectResponseRules
{
    private const int MaxBody = 1024 * 1024;
    private const int LargeBody = 100 * 1024;

    public static void Check(HttpDirectResponse response, RuleContext context)
    {
        if (response.Body is not { } body) return;
        var size = body.String is { } text ? Encoding.UTF8.GetByteCount(text) : body.Bytes?.Length ?? 0;
        if (size > MaxBody) context.Field("body").Error($"larger than {MaxBody / 1024} KiB");
        else if (size > LargeBody) context.Field("body").Warn($"of {size / 1024} KiB: every proxy keeps a copy", "Serve large bodies from a service.");
    }
}
