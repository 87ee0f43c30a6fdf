#!/bin/bash
# Builds the image without a Docker daemon or a registry, runs it as a platform does, and calls it on three protocols.
#
# Debian's buildah builds the Dockerfile as it is, on stand-ins for the images that it names: for the build this machine's
# own programs, JDK and Maven, mounted; for the runtime the few packages that distroless is made of. Maven's repository
# is this machine's too. Needs root, for mounts. The image is left as oneport:test in target/docker.
set -euo pipefail
cd "$(dirname "$0")/../../.."
work=$PWD/target/docker
storage=$work/storage
mkdir -p "$storage" "$HOME/.m2"

install() {
  command -v "$1" > /dev/null || { apt-get update -qq && apt-get install -y -qq --no-install-recommends "$2" > /dev/null; }
}
install buildah buildah
install mvn maven
install curl curl
install python3 python3

buildah() { command buildah --root "$storage/root" --runroot "$storage/run" --storage-driver vfs "$@"; }
step() { echo "== $* ($SECONDS s)"; }

container=
server=
stop() {
  [ -z "$server" ] || kill -9 "$server" 2> /dev/null || true
  [ -z "$container" ] || buildah rm "$container" > /dev/null || true
  buildah rmi --prune > /dev/null || true # the image that this one replaces
}
trap stop EXIT
trap 'exit 1' INT TERM

buildah rm --all > /dev/null 2>&1 || true # of a run that could not clean up

# The Java that the launcher finds.
jdk=$(sh -c "$(sed '/^java=/,$d' oneport)"'; find_java' "$PWD/oneport")
jdk=$(dirname "$(dirname "$jdk")")

# A folder as the image of this name.
image() { # name, folder, environment...
  container=$(buildah from scratch)
  buildah add -q "$container" "$2" / > /dev/null
  local each
  for each in "${@:3}"; do buildah config --env "$each" "$container"; done
  buildah commit -q "$container" "$1" > /dev/null
  buildah rm "$container" > /dev/null
  container=
  rm -rf "$2"
}
missing() { ! buildah inspect --type image "$1" > /dev/null 2>&1; }

build_base=$(sed -n 's/^ARG BUILD=//p' Dockerfile)
runtime_base=$(sed -n 's/^ARG BASE=//p' Dockerfile)
root=$work/root
rm -rf "$root"

mounts=(--volume "$HOME/.m2:/root/.m2" --volume "$jdk:/opt/java/openjdk:ro")
for folder in /usr /etc/alternatives /etc/maven /etc/ssl; do
  [ ! -e $folder ] || mounts+=(--volume "$folder:$folder:ro")
done
if missing "$build_base"; then
  step "a stand-in for $build_base"
  mkdir -p "$root"/{tmp,root,etc}
  cp /etc/passwd /etc/group "$root/etc"
  for link in bin lib lib64 sbin; do ln -s "usr/$link" "$root/$link"; done
  image "$build_base" "$root" JAVA_HOME=/opt/java/openjdk PATH=/opt/java/openjdk/bin:/usr/sbin:/usr/bin
fi
if missing "$runtime_base"; then
  step "a stand-in for $runtime_base"
  mkdir -p "$root"/{proc,dev,sys,tmp} "$work/packages"
  packages() { (cd "$work/packages" && apt-get -qq -o APT::Sandbox::User=root download base-files netbase tzdata media-types libc6); }
  packages 2> /dev/null || { apt-get update -qq && packages; }
  for package in "$work"/packages/*.deb; do dpkg -x "$package" "$root"; done
  rm -rf "$work/packages" "$root"/usr/share/{doc,man,locale,lintian}
  echo 'nonroot:x:65532:65532::/home/nonroot:/sbin/nologin' > "$root/etc/passwd"
  image "$runtime_base" "$root"
fi

step "the image"
buildah build -q --isolation chroot --pull-never "${mounts[@]}" -t oneport:test . > "$work/id"
container=$(buildah from --pull-never oneport:test)
root=$(buildah mount "$container")
config=$(buildah inspect --type image oneport:test | python3 -c 'import json, sys; print(json.dumps(json.load(sys.stdin)["OCIv1"]["config"]))')
step "built: $(du -sm "$root" | cut -f1) MiB, of it Java $(du -sm "$root/app/java" | cut -f1), jars $(du -smc "$root"/app/*.jar "$root/app/libs" | tail -1 | cut -f1), AOT cache $(du -sm "$root/app/oneport.aot" | cut -f1)"

# AOTMode=on: a cache that does not fit ends the start, instead of being ignored with a warning.
start() { # NAME=VALUE... [-- COMMAND...]
  python3 src/test/docker/run.py "$root" "$config" PORT=0 JDK_JAVA_OPTIONS=-XX:AOTMode=on "$@" > "$work/out" 2> "$work/err" &
  server=$!
  for _ in $(seq 1 200); do
    port=$(sed -n 's/.*listening on port \([0-9]*\).*/\1/p' "$work/out")
    [ -z "$port" ] || return 0
    kill -0 $server 2> /dev/null || break
    sleep 0.1
  done
  cat "$work/out" "$work/err"
  exit 1
}
end() {
  kill -TERM "$server"
  wait "$server" || { echo "ended with $?"; cat "$work/err"; exit 1; }
  server=
  grep -v '^{' "$work/out" && { echo "a line on standard output is not JSON"; exit 1; }
  step "stopped with 0"
}
expect() { # what, wanted, got
  step "$1: $3"
  case $3 in *"$2"*) ;; *) echo "expected: $2"; cat "$work/err"; exit 1 ;; esac
}
ping_grpc() { # one empty message in gRPC's framing
  printf '\0\0\0\0\0' | curl -sS --http2-prior-knowledge -H 'content-type: application/grpc' -H 'te: trailers' \
    --data-binary @- -D - -o - "$@" http://localhost:$port/Echo/Ping | tr -d '\0\r' | tr '\n' ' '
}

start AUTH_AUDIENCE=https://oneport.test AUTH_SERVICE_ACCOUNTS=caller@oneport.test
expect "as deployed, HTTP" '{"message":"pong"}' "$(curl -sS --fail http://localhost:$port/ping)"
expect "as deployed, ready" UP "$(curl -sS --fail http://localhost:$port/health/ready)"
expect "as deployed, gRPC without a token" 'grpc-status: 16' "$(ping_grpc)"
end

start -- serve --dev
for _ in $(seq 1 100); do
  grep -q 'gets another token' "$work/err" && break
  sleep 0.1
done
token=$(sed -n 's/^export ALLOWED=//p' "$work/err")
expect "HTTP" '{"message":"pong"}' "$(curl -sS --fail http://localhost:$port/ping)"
expect "gRPC" 'grpc-status: 0' "$(ping_grpc -H "authorization: Bearer $token")"
expect "WebSocket" '"message":"pong"' "$(python3 .ci/websocket.py $port "$token")"
end
