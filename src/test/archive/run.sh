#!/bin/bash
# Unpacks the archive that `./oneport package` made, and runs it as somebody without Java: nothing but the archive, by another
# user, from another folder, through a link, in a folder that is read-only with a space and an umlaut in its path. Needs curl and Python 3.
set -euo pipefail
cd "$(dirname "$0")/../../.."
checkout=$PWD
jdk=$(./oneport java-home)
archive=$(ls -t target/oneport-*-linux-*.tar.gz | head -n 1)
work=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server" 2> /dev/null; chmod -R u+w "$work"; rm -rf "$work"' EXIT
trap 'exit 1' INT TERM

expect() { # what, wanted, got
  echo "== the archive, $1: $3 ($SECONDS s)"
  case $3 in *"$2"*) ;; *) echo "expected: $2"; [ ! -e "$work/err" ] || cat "$work/err"; exit 1 ;; esac
}

# The runtime has the modules that our classes need. Of the libraries', only those are left out of which no class is used.
modules() { # jars
  "$jdk/bin/jdeps" --ignore-missing-deps --multi-release 25 -q --print-module-deps -cp 'target/libs/*' "$@" | tr , '\n'
}
left_out="java.compiler java.desktop java.sql"
for each in $(modules target/oneport.jar); do
  case " $left_out $(tr '\n' ' ' < src/build/modules.txt)" in
    *" $each "*) ;;
    *) echo "module $each is not in src/build/modules.txt"; exit 1 ;;
  esac
done

mkdir "$work/a földer" "$work/links" "$work/path" "$work/elsewhere"
tar -xzf "$archive" -C "$work/a földer"
folder=$(echo "$work/a földer"/oneport-*)
expect "size" MiB "$(du -m "$archive" | cut -f1) MiB, unpacked $(du -sm "$folder" | cut -f1) MiB"
chmod -R a-w "$folder"
# Links in two steps, one of them relative.
ln -s "$folder/bin/oneport" "$work/links/first"
ln -s first "$work/links/oneport"
printf '#!/bin/sh\necho "a java on the path" >&2\nexit 1\n' > "$work/path/java"
chmod 755 "$work" "$work/path/java"
as_nobody=()
if [ "$(id -u)" = 0 ]; then as_nobody=(setpriv --reuid 65534 --regid 65534 --clear-groups); fi
# AOTMode=on: a cache that does not fit ends the start, instead of being ignored with a warning.
run() { # NAME=VALUE... command..., in place of the shell that calls it
  cd "$work/elsewhere"
  exec "${as_nobody[@]}" env -i "PATH=$work/path:/usr/bin:/bin" JAVA_OPTS=-XX:AOTMode=on "$@"
}
oneport() { run "$work/links/oneport" "$@"; }

expect "its version" "oneport 0" "$(oneport --version 2>&1)"
expect "lines of it" 1 "$(oneport --version 2>&1 | wc -l)"
run LC_ALL=C PORT=0 "$work/links/oneport" serve --dev > "$work/out" 2> "$work/err" &
server=$!
for _ in $(seq 1 300); do
  grep -q 'gets another token' "$work/err" && break
  kill -0 $server 2> /dev/null || { cat "$work/out" "$work/err"; exit 1; }
  sleep 0.1
done
port=$(sed -n 's/.*listening on port \([0-9]*\).*/\1/p' "$work/out")
token=$(sed -n 's/^export ALLOWED=//p' "$work/err")
to=(--server "http://localhost:$port" --token "$token" --quiet)
expect "HTTP" '{"message":"pong"}' "$(curl -sS --fail "http://localhost:$port/ping")"
expect "gRPC" pong "$(oneport call grpc "${to[@]}")"
expect "WebSocket" pong "$(oneport call ws "${to[@]}")"
kill "$server"
code=0
wait "$server" || code=$?
server=
expect "stopped with" 0 "$code"

# Another machine, and another C library.
printf '#!/bin/sh\n[ "$1" = -s ] && echo Linux || echo s390x\n' > "$work/path/uname"
chmod 755 "$work/path/uname"
expect "another machine" "this is Linux on s390x" "$(oneport --version 2>&1 || true)"
rm "$work/path/uname"
if [ "$(id -u)" = 0 ] && command -v busybox > /dev/null; then # Debian's busybox needs no library
  mkdir -p "$work/root/bin" "$work/root/opt"
  cp "$(command -v busybox)" "$work/root/bin"
  for each in sh uname readlink; do ln -s busybox "$work/root/bin/$each"; done
  cp -r "$folder/bin" "$work/root/opt"
  expect "another C library" "needs the GNU C library" "$(chroot "$work/root" /bin/sh /opt/bin/oneport --version 2>&1 || true)"
fi
