namespace Mesh.Sidecar.Upstreams.Http1;

internal enum ChunkStep
{
    /// <summary>All was taken; the next bytes go on from here.</summary>
    NeedMore,

    /// <summary>Bytes of the body follow what was taken.</summary>
    Data,

    /// <summary>The last chunk is over; what follows is the trailer section.</summary>
    Trailers,
    Fault,
}

/// <summary>
/// The chunked coding (RFC 9112, 7.1) as a state machine that bytes can reach in any pieces:
/// size -> extension -> LF -> data -> CR -> LF -> size ... -> trailers. Lines end in CR LF and nothing else: a bare LF is read differently by
/// different parsers. Extensions are skipped and bounded.
/// </summary>
internal struct ChunkedDecoder
{
    // No application needs them; whoever sends more wants to be paid attention.
    private const int MaxExtension = 4096;
    private const int MaxDigits = 15;

    private State _state;
    private long _left;
    private int _digits;
    private int _extension;

    public ResponseFault Fault { get; private set; }

    /// <param name="input">What came since.</param>
    /// <param name="taken">Bytes of framing at the front of it that are dealt with.</param>
    /// <param name="data">Bytes of the body that follow these; dealt with, too, once the caller has used them.</param>
    public ChunkStep Next(ReadOnlySpan<byte> input, out int taken, out int data)
    {
        data = 0;
        for (taken = 0; taken < input.Length || _state == State.Trailers;)
        {
            if (_state == State.Trailers) return ChunkStep.Trailers;
            if (_state == State.Data)
            {
                data = (int)Math.Min(_left, input.Length - taken);
                _left -= data;
                if (_left == 0) _state = State.DataCr;
                return ChunkStep.Data;
            }
            if (Take(input[taken++]) is var fault and not ResponseFault.None)
            {
                Fault = fault;
                return ChunkStep.Fault;
            }
        }
        return ChunkStep.NeedMore;
    }

    private ResponseFault Take(byte next)
    {
        switch (_state)
        {
            case State.Size when char.IsAsciiHexDigit((char)next):
                _left = _left * 16 + Digit(next);
                return ++_digits <= MaxDigits ? ResponseFault.None : ResponseFault.ChunkSize;
            case State.Size when _digits > 0:
            case State.Extension:
                return TakeExtension(next);
            case State.SizeLf when next == '\n':
                _state = _left == 0 ? State.Trailers : State.Data;
                (_digits, _extension) = (0, 0);
                return ResponseFault.None;
            case State.DataCr when next == '\r':
                _state = State.DataLf;
                return ResponseFault.None;
            case State.DataLf when next == '\n':
                _state = State.Size;
                return ResponseFault.None;
            case State.DataCr or State.DataLf:
                return ResponseFault.ChunkEnd;
            default:
                return ResponseFault.ChunkSize;
        }
    }

    private ResponseFault TakeExtension(byte next)
    {
        if (next == '\r')
        {
            _state = State.SizeLf;
            return ResponseFault.None;
        }
        var begins = _state == State.Extension || next is (byte)';' or (byte)' ' or (byte)'\t';
        _state = State.Extension;
        var isText = next is (byte)'\t' or >= 32 and not 127;
        return begins && isText && ++_extension <= MaxExtension ? ResponseFault.None : ResponseFault.ChunkSize;
    }

    private static int Digit(byte hex) => hex <= '9' ? hex - '0' : (hex | 0x20) - 'a' + 10;

    private enum State
    {
        Size,
        Extension,
        SizeLf,
        Data,
        DataCr,
        DataLf,
        Trailers,
    }
}
