using Mesh.Cli.Commands;
using Mesh.Cli.Output;

namespace Mesh.Cli.Tests.Commands;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData("frobnicate", "frobnicate")]
    [InlineData("up", "--filename")]
    [InlineData("apply", "--filename")]
    [InlineData("apply -f x.yaml --wait=soon", "'soon' is not a duration")]
    [InlineData("get gizmos", "there is no kind 'gizmos'; the kinds are virtualservice")]
    [InlineData("get localmesh", "there is no kind 'localmesh'")]
    [InlineData("get vs reviews -A", "--all-namespaces")]
    [InlineData("get vs -o xml", "xml")]
    [InlineData("delete vs", "KIND and NAME")]
    [InlineData("delete vs reviews -f x.yaml", "either -f FILE, or KIND and NAME")]
    public async Task Run_WrongCommandLine_IsAUsageError(string line, string message)
    {
        var (code, output, error) = await RunAsync(line);

        Assert.Equal(ExitCodes.Usage, code);
        Assert.Contains(message, error, StringComparison.Ordinal);
        Assert.Empty(output);
    }

    [Theory]
    [InlineData("status --state-dir /nonexistent", "no mesh in /nonexistent", ExitCodes.Failed)]
    [InlineData("down --state-dir /nonexistent", "no mesh is running in /nonexistent", ExitCodes.Failed)]
    [InlineData("apply -f /nonexistent.yaml", "/nonexistent.yaml: no such file or directory", ExitCodes.Usage)]
    [InlineData("up -f /nonexistent.yaml", "/nonexistent.yaml: no such file or directory", ExitCodes.Usage)]
    public async Task Run_WhatCannotBeDone_SaysWhyOnStandardError(string line, string message, int expected)
    {
        var (code, output, error) = await RunAsync(line);

        Assert.Equal(expected, code);
        Assert.Contains(message, error, StringComparison.Ordinal);
        Assert.Empty(output);
    }

    [Theory]
    [InlineData("up")]
    [InlineData("demo")]
    [InlineData("apply")]
    [InlineData("delete")]
    [InlineData("get")]
    [InlineData("analyze")]
    [InlineData("status")]
    [InlineData("down")]
    [InlineData("validate")]
    [InlineData("explain")]
    [InlineData("convert")]
    [InlineData("crds")]
    public async Task Help_OfEveryCommand_HasExamples(string command)
    {
        var (code, output, _) = await RunAsync($"{command} --help");

        Assert.Equal(ExitCodes.Ok, code);
        Assert.Contains($"Examples:\n  meshctl {command}", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Version_OfTheClient_AsJson()
    {
        var (code, output, _) = await RunAsync("version --client -o json");

        Assert.Equal(ExitCodes.Ok, code);
        Assert.Contains("\"client\": \"0.1.0\"", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("500ms", 0.5)]
    [InlineData("30s", 30)]
    [InlineData("1.5m", 90)]
    [InlineData("10", 10)]
    public void TryParse_Duration_IsRead(string text, double seconds)
    {
        Assert.True(WaitOption.TryParse(text, out var duration));
        Assert.Equal(seconds, duration.TotalSeconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("soon")]
    [InlineData("-1s")]
    [InlineData("0s")]
    [InlineData("3d")]
    public void TryParse_NoDuration_IsRefused(string text) => Assert.False(WaitOption.TryParse(text, out _));

    private static async Task<(int Code, string Output, string Error)> RunAsync(string line)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = await Program.RunAsync(line.Split(' '), new Terminal(output, error, isTerminal: false));
        return (code, output.ToString(), error.ToString());
    }
}
