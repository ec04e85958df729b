namespace Mesh.TestKit.Kubernetes;

/// <summary>Where etcd and kube-apiserver are, by the convention of envtest: KUBEBUILDER_ASSETS, or else its default place.</summary>
public static class ApiServerPrograms
{
    private const string Variable = "KUBEBUILDER_ASSETS";
    private const string DefaultFolder = "/usr/local/kubebuilder/bin";

    /// <summary>Why tests that need them cannot run here; null when they can. A variable that names no such folder is a mistake, and fails them.</summary>
    public static string? SkipReason =>
        Given is null && !Directory.Exists(DefaultFolder) ? $"needs etcd and kube-apiserver: {Variable} is not set and there is no {DefaultFolder}" : null;

    public static string Etcd => Path.Combine(Given ?? DefaultFolder, "etcd");

    public static string ApiServer => Path.Combine(Given ?? DefaultFolder, "kube-apiserver");

    private static string? Given => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } folder ? folder : null;
}
