namespace Mesh.Sidecar.RateLimits;

/// <summary>
/// Buckets by key, at most so many: of a full table the one longest unused is forgotten. Keys are 64-bit hashes with a secret of the process, so
/// that nobody can aim at another's bucket. Striped by key: a request holds one stripe's lock for some tens of nanoseconds. Nothing is
/// allocated but for growth.
/// </summary>
internal sealed class BucketTable
{
    private const int Stripes = 16;

    /// <summary>Below, one stripe, which keeps exactly the last used.</summary>
    private const int FewKeys = 1024;

    private readonly BucketRate _rate;
    private readonly Stripe[] _stripes;

    public BucketTable(BucketRate rate, int maxKeys, LimitCounters counters)
    {
        _rate = rate;
        _stripes = new Stripe[maxKeys < FewKeys ? 1 : Stripes];
        for (var i = 0; i < _stripes.Length; i++) _stripes[i] = new Stripe(maxKeys / _stripes.Length, counters);
    }

    public int Count => _stripes.Sum(s => Volatile.Read(ref s.Count));

    public bool TryTake(ulong key, long now, out BucketLevel level)
    {
        var stripe = StripeOf(key);
        lock (stripe.Lock) return _rate.TryTake(ref stripe.Touch_NeedsLock(key), now, out level);
    }

    /// <summary>One that was forgotten meanwhile is full anyway.</summary>
    public void GiveBack(ulong key)
    {
        var stripe = StripeOf(key);
        lock (stripe.Lock)
            if (stripe.Find_NeedsLock(key) is var place and >= 0) _rate.GiveBack(ref stripe.Entries[place].Full);
    }

    // The lower bits choose the chain within a stripe.
    private Stripe StripeOf(ulong key) => _stripes[(int)(key >> 60) % _stripes.Length];

    private struct Entry
    {
        public ulong Key;
        public long Full;
        public int Next;
        public int Newer;
        public int Older;
    }

    /// <summary>A hash table with chains in an array, and a list from the last used to the longest unused through the same array.</summary>
    private sealed class Stripe(int capacity, LimitCounters counters)
    {
        public readonly Lock Lock = new();
        public Entry[] Entries = [];
        public int Count;
        private int[] _chains = [];
        private int _newest = -1;
        private int _oldest = -1;

        public int Find_NeedsLock(ulong key)
        {
            if (_chains.Length == 0) return -1;
            var place = _chains[ChainOf(key)] - 1;
            while (place >= 0 && Entries[place].Key != key) place = Entries[place].Next;
            return place;
        }

        public ref long Touch_NeedsLock(ulong key)
        {
            var place = Find_NeedsLock(key);
            if (place < 0) place = Add_NeedsLock(key);
            else if (place != _newest) Unlink_NeedsLock(place);
            if (place != _newest) PutFirst_NeedsLock(place);
            return ref Entries[place].Full;
        }

        private int Add_NeedsLock(ulong key)
        {
            var place = Count;
            if (Count == capacity)
            {
                place = _oldest;
                Unlink_NeedsLock(place);
                Unchain_NeedsLock(place);
                counters.CountEvicted();
            }
            else
            {
                if (Count == Entries.Length) Grow_NeedsLock();
                Count++;
            }
            ref var chain = ref _chains[ChainOf(key)];
            Entries[place] = new Entry { Key = key, Full = BucketRate.Full, Next = chain - 1, Newer = -1, Older = -1 };
            chain = place + 1;
            return place;
        }

        private void Grow_NeedsLock()
        {
            Array.Resize(ref Entries, Math.Min(capacity, Math.Max(16, Entries.Length * 2)));
            _chains = new int[(int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Entries.Length)];
            for (var place = 0; place < Count; place++)
            {
                ref var chain = ref _chains[ChainOf(Entries[place].Key)];
                Entries[place].Next = chain - 1;
                chain = place + 1;
            }
        }

        private void Unchain_NeedsLock(int place)
        {
            ref var chain = ref _chains[ChainOf(Entries[place].Key)];
            if (chain - 1 == place)
            {
                chain = Entries[place].Next + 1;
                return;
            }
            var before = chain - 1;
            while (Entries[before].Next != place) before = Entries[before].Next;
            Entries[before].Next = Entries[place].Next;
        }

        private void Unlink_NeedsLock(int place)
        {
            var (newer, older) = (Entries[place].Newer, Entries[place].Older);
            if (newer >= 0) Entries[newer].Older = older;
            else _newest = older;
            if (older >= 0) Entries[older].Newer = newer;
            else _oldest = newer;
        }

        private void PutFirst_NeedsLock(int place)
        {
            (Entries[place].Newer, Entries[place].Older) = (-1, _newest);
            if (_newest >= 0) Entries[_newest].Newer = place;
            _newest = place;
            if (_oldest < 0) _oldest = place;
        }

        private int ChainOf(ulong key) => (int)(key & (uint)(_chains.Length - 1));
    }
}
