namespace Mesh.Cli;

/// <summary>What meshctl tells the shell.</summary>
internal static class ExitCodes
{
    public const int Ok = 0;

    /// <summary>Refused, rejected, not found or failed.</summary>
    public const int Failed = 1;

    /// <summary>The command line or an input file could not be understood.</summary>
    public const int Usage = 2;

    /// <summary>Analysis worked, and found something at or above the failure threshold; istioctl's.</summary>
    public const int AnalyzerFoundIssues = 79;
}
