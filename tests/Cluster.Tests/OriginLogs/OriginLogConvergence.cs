using FsCheck;
using FsCheck.Xunit;
using Google.Protobuf;
using Mesh.Cluster.OriginLogs;
using Mesh.Cluster.Wire;

namespace Mesh.Cluster.Tests.OriginLogs;

/// <summary>
/// Two copies of an owner's log under any mixture of writes, lost, repeated and reordered messages, restarts of the owner and of a
/// copy: at no time does a copy go back within an epoch, and when the network is whole again all are equal.
/// </summary>
public sealed class OriginLogConvergence
{
    public enum Fault
    {
        Deliver,
        Drop,
        Repeat,
        Reorder,
        Beacon,
        RestartOwner,
        RestartCopy,
        Write,
        Delete,
    }

    [Property(MaxTest = 300)]
    public bool Copies_AnyFaults_ConvergeToTheOwner(Fault[] faults, byte seed)
    {
        var world = new World(seed);
        foreach (var fault in faults)
        {
            world.Step(fault);
            if (!world.IsMonotonic) return false;
        }
        world.Heal();
        return world.IsConverged;
    }

    private sealed class World(int seed)
    {
        private readonly System.Random _random = new(seed);
        private readonly List<IMessage> _network = [];
        private OriginLog _owner = new("o", retainedEntries: 3);
        private OriginLog[] _copies = [new("o", 3), new("o", 3)];
        private readonly (ulong Epoch, ulong Revision)[] _highest = new (ulong, ulong)[2];
        private ulong _epoch = 1;

        public bool IsMonotonic { get; private set; } = true;

        public bool IsConverged => _copies.All(c => c.Epoch == _owner.Epoch && c.Revision == _owner.Revision && c.Entries.SequenceEqual(_owner.Entries));

        public void Step(Fault fault)
        {
            switch (fault)
            {
                case Fault.Write:
                    _network.Add(_owner.Append(_epoch, [OriginLogTests.Set($"k{_random.Next(6)}", $"{_random.Next()}")]));
                    break;
                case Fault.Delete:
                    _network.Add(_owner.Append(_epoch, [OriginLogTests.Remove($"k{_random.Next(6)}")]));
                    break;
                case Fault.RestartOwner:
                    _owner = new OriginLog("o", 3);
                    _epoch++;
                    break;
                case Fault.RestartCopy:
                    var index = _random.Next(2);
                    _copies[index] = new OriginLog("o", 3);
                    _highest[index] = default;
                    break;
                case Fault.Beacon:
                    CatchUp(_random.Next(2), _random.Next(2) == 0 ? _owner : _copies[_random.Next(2)]);
                    break;
                case Fault.Reorder:
                    _network.Reverse();
                    break;
                case Fault.Repeat when _network.Count > 0:
                    Deliver(_network[0]);
                    break;
                case Fault.Drop when _network.Count > 0:
                    _network.RemoveAt(0);
                    break;
                case Fault.Deliver when _network.Count > 0:
                    Deliver(_network[0]);
                    _network.RemoveAt(0);
                    break;
            }
        }

        public void Heal()
        {
            Step(Fault.Write);
            _network.Clear();
            for (var i = 0; i < 2; i++) CatchUp(i, _owner);
        }

        private void Deliver(IMessage message)
        {
            for (var i = 0; i < 2; i++)
                if (Apply(i, message) == OriginOutcome.Gap && _random.Next(2) == 0) CatchUp(i, _copies[1 - i]);
        }

        private void CatchUp(int index, OriginLog from)
        {
            if (!_copies[index].IsBehind(from.Head)) return;
            foreach (var message in from.CatchUp(_copies[index].Epoch, _copies[index].Revision)) Apply(index, message);
        }

        private OriginOutcome Apply(int index, IMessage message)
        {
            var copy = _copies[index];
            var result = message is OriginBatch batch ? copy.Apply(batch) : copy.Apply((OriginSnapshot)message);
            IsMonotonic &= (copy.Epoch, copy.Revision).CompareTo(_highest[index]) >= 0;
            _highest[index] = (copy.Epoch, copy.Revision);
            return result.Outcome;
        }
    }
}
