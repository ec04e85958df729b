using System.Net.Security;
using Mesh.Sidecar.Listeners;

namespace Mesh.Sidecar.Tests.Listeners;

public sealed class ClientHelloTests
{
    [Theory]
    [InlineData("shop.example.com", "shop.example.com")]
    [InlineData("Shop.Example.COM", "shop.example.com")]
    [InlineData("", "")]
    public async Task TryReadServerName_ARealClientsGreeting_HasItsName(string asked, string expected)
    {
        var hello = await GreetingAsync(asked);

        Assert.True(ClientHello.TryReadServerName(hello, out var name));
        Assert.Equal(expected, name);
        for (var length = 0; length < hello.Length; length++) Assert.False(ClientHello.TryReadServerName(hello.AsSpan(0, length), out _), $"{length} of {hello.Length}");
    }

    [Fact]
    public async Task TryRead_SignatureAlgorithms_TellWhetherEcdsaIsKnown()
    {
        var hello = await GreetingAsync("shop.example.com");
        Assert.True(ClientHello.TryRead(hello, out var greeting));
        Assert.Equal(("shop.example.com", true), (greeting.ServerName, greeting.KnowsEcdsa));

        // The extension: its type, its length, that of the list. Every algorithm becomes rsa_pkcs1_sha256.
        var at = Enumerable.Range(0, hello.Length - 6).First(i => hello[i] == 0 && hello[i + 1] == 13 && hello[i + 2] == hello[i + 4] && hello[i + 3] == hello[i + 5] + 2);
        for (var i = 0; i < hello[at + 5]; i += 2) (hello[at + 6 + i], hello[at + 7 + i]) = (4, 1);
        Assert.True(ClientHello.TryRead(hello, out greeting));
        Assert.Equal(("shop.example.com", false), (greeting.ServerName, greeting.KnowsEcdsa));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(50)]
    public async Task TryReadServerName_CutIntoRecords_HasItsName(int size)
    {
        var hello = await GreetingAsync("shop.example.com");
        var body = hello.AsSpan(5);
        var cut = new List<byte>();
        for (var i = 0; i < body.Length; i += size)
        {
            var part = body.Slice(i, Math.Min(size, body.Length - i));
            cut.AddRange([22, 3, 1, 0, (byte)part.Length, .. part]);
        }

        Assert.True(ClientHello.TryReadServerName(cut.ToArray(), out var name));
        Assert.Equal("shop.example.com", name);
    }

    [Theory]
    [InlineData("160301000002000000")]
    [InlineData("1603010000")]
    [InlineData("170301000501000001ff")]
    [InlineData("16030100060100000203ff")]
    [InlineData("474554202f20485454502f312e310d0a")]
    public void TryReadServerName_WhatIsNoGreeting_HasNone(string bytes)
    {
        Assert.True(ClientHello.TryReadServerName(Convert.FromHexString(bytes), out var name));
        Assert.Equal("", name);
    }

    [Fact]
    public async Task TryReadServerName_DamagedGreetings_NeverThrow()
    {
        var hello = await GreetingAsync("shop.example.com");
        var random = new Random(7);
        for (var turn = 0; turn < 20_000; turn++)
        {
            var damaged = (byte[])hello.Clone();
            for (var i = random.Next(1, 6); i > 0; i--) damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            ClientHello.TryReadServerName(damaged.AsSpan(0, random.Next(damaged.Length + 1)), out _);
        }
    }

    private static async Task<byte[]> GreetingAsync(string host)
    {
        var wire = new Greeting();
        await using var tls = new SslStream(wire);
        await Assert.ThrowsAnyAsync<IOException>(() => tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = host }));
        return wire.Sent.ToArray();
    }

    /// <summary>Takes what is written and answers nothing.</summary>
    private sealed class Greeting : MemoryStream
    {
        public MemoryStream Sent { get; } = new();

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => ValueTask.FromResult(0);

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Sent.Write(buffer.Span);
            return ValueTask.CompletedTask;
        }
    }
}
