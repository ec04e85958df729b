using Envoy.Config.Core.V3;
using Envoy.Type.V3;
using Percent = Mesh.Core.Resources.Networking.Percent;

namespace Mesh.Translation.Routing;

/// <summary>Percentages as Envoy counts them, in millionths.</summary>
internal static class Shares
{
    public static FractionalPercent Of(double percent) => new()
    {
        Numerator = (uint)Math.Round(percent * 10_000), Denominator = FractionalPercent.Types.DenominatorType.Million,
    };

    /// <summary>The exact share where it is given, else the deprecated whole percent.</summary>
    public static FractionalPercent Of(Percent? exact, int whole) => Of(exact?.Value ?? whole);

    public static RuntimeFractionalPercent Runtime(double percent) => new() { DefaultValue = Of(percent) };
}
