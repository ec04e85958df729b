using Mesh.Core.Fields;

namespace Mesh.Core.Tests.Fields;

public sealed class DurationsTests
{
    [Theory]
    [InlineData("1.5s", "1.5s")]
    [InlineData("250ms", "0.25s")]
    [InlineData("1h30m", "5400s")]
    [InlineData("0", "0s")]
    [InlineData("0s", "0s")]
    [InlineData("100ns", "0.0000001s")]
    [InlineData("99ns", "0s")]
    [InlineData("-2s", "-2s")]
    [InlineData(".5m", "30s")]
    [InlineData("1us", "0.000001s")]
    public void Parse_WhatGoReads_IsWrittenInSeconds(string text, string written)
    {
        Assert.True(Durations.TryParse(text, out var value));
        Assert.Equal(written, Durations.Format(value));
    }

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("s")]
    [InlineData("1.2.3s")]
    [InlineData("1 s")]
    [InlineData("1d")]
    [InlineData("--1s")]
    [InlineData(".s")]
    [InlineData("999999999999999999h")]
    [InlineData("1s1")]
    public void Parse_Nonsense_Fails(string text) => Assert.False(Durations.TryParse(text, out _));
}
