#!/bin/sh
# Makes a folder that runs on machines without .NET: meshctl, and beside it what `meshctl up` starts, each in a folder of its own.
#   eng/publish.sh DIRECTORY [RID]        RID is this machine's, or linux-x64, linux-arm64, ...
# The sidecar is compiled ahead of time where a C toolchain is present (it takes a minute or two), else as the others are; MESH_AOT=false leaves it.
set -eu
[ $# -ge 1 ] || { sed -n 's/^# \{0,1\}//p' "$0" | head -5 >&2; exit 2; }
mkdir -p "$1"
out="$(cd "$1" && pwd)"
cd "$(dirname "$0")/.."
rid="${2:-$(dotnet --info | sed -n 's/^ *RID: *//p' | head -1)}"
# A tree of its own: what is restored for a platform must not disturb the assets of the ordinary build.
work="$out/.build"
trap 'rm -rf "$work"' EXIT

publish() { # PROJECT TARGET ARGUMENT...
    project="$1" target="$2"
    shift 2
    echo "$project"
    dotnet publish "$project" -c Release -r "$rid" -p:ArtifactsPath="$work" -p:DebugType=none -p:PublishDocumentationFiles=false -o "$out/$target" -v quiet -nologo "$@"
}

publish src/Cli . --self-contained -p:PublishSingleFile=true
publish src/Cluster mesh-cluster --self-contained
publish src/NodeAgent mesh-agent --self-contained
linker=""
for tool in clang gcc; do
    if [ -z "$linker" ] && command -v "$tool" >/dev/null; then linker="$tool"; fi
done
if [ -n "$linker" ] && [ "${MESH_AOT:-true}" = true ]; then
    publish src/Sidecar mesh-sidecar -p:PublishAot=true -p:CppCompilerAndLinker="$linker"
else
    publish src/Sidecar mesh-sidecar --self-contained
fi
echo "$out/meshctl"
