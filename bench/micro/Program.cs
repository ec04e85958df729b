using System.Globalization;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Mesh.Bench.Micro;

if (args is ["fleet"]) return FleetMeasurement.Run();
if (args is ["proxy-memory", ..]) return ProxyMemory.Run(args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 1_000, args is not [_, _, "no-aliases"]);

// In this process: the projects BenchmarkDotNet would generate do not build under this repository's central settings.
var config = DefaultConfig.Instance
    .AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance))
    .AddDiagnoser(MemoryDiagnoser.Default);
return BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args, config).All(s => s.Reports.All(r => r.Success)) ? 0 : 1;
