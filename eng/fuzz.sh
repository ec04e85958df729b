#!/bin/sh
# Reads a million random and mutated documents (or as many as the first argument says) with new seeds. Prints the first seed, with which
# a failure can be repeated: MESH_FUZZ_SEED=N eng/fuzz.sh
set -eu
cd "$(dirname "$0")/.."
MESH_FUZZ_DOCUMENTS="${1:-1000000}"
MESH_FUZZ_SEED="${MESH_FUZZ_SEED:-$(($(date +%s) % 1000000000))}"
export MESH_FUZZ_DOCUMENTS MESH_FUZZ_SEED
echo "$MESH_FUZZ_DOCUMENTS documents from seed $MESH_FUZZ_SEED"
dotnet build tests/Core.Tests -c Release -v q
exec artifacts/bin/Core.Tests/release/Core.Tests -class Mesh.Core.Tests.Documents.FuzzTests
