#!/bin/sh
# Makes target/oneport-VERSION-linux-MACHINE.tar.gz, which runs without an installed Java; `./oneport package` calls it.
#   JAVA_HOME  a JDK 25
set -eu
checkout=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
machine=$(uname -m)
case "$(uname -s) $machine" in
  "Linux x86_64") name=x64 loader=/lib64/ld-linux-x86-64.so.2 ;;
  "Linux aarch64") name=aarch64 loader=/lib/ld-linux-aarch64.so.1 ;;
  *)
    echo "oneport: archives are made on Linux on x86_64 or aarch64, with the GNU C library" >&2
    exit 1
    ;;
esac
if ! [ -e "$loader" ]; then
  echo "oneport: archives need the GNU C library ($loader)" >&2
  exit 1
fi

# The project's own version is the first one that is indented by two spaces.
version=$(sed -n 's|^  <version>\(.*\)</version>|\1|p' "$checkout/pom.xml" | head -n 1)
top=oneport-$version-linux-$name
work=$checkout/target/archive
rm -rf "$work"
mkdir -p "$work/$top/bin"
sh "$checkout/src/build/bundle.sh" "$work/$top/app" >&2
sed "s|@machine@|$machine|; s|@loader@|$loader|" "$checkout/deploy/archive/oneport" > "$work/$top/bin/oneport"
chmod 755 "$work/$top/bin/oneport"
cp "$checkout/deploy/archive/README.md" "$checkout/LICENSE" "$checkout/application.yaml" "$work/$top"

file=$checkout/target/$top.tar.gz
# Whoever unpacks it can read it, whatever the umask here.
tar -C "$work" --sort=name --owner=0 --group=0 --numeric-owner --mode='u+w,go-w,a+rX' -czf "$file.part" "$top"
mv "$file.part" "$file"
echo "$file: $(du -m "$file" | cut -f1) MiB, unpacked $(du -sm "$work/$top" | cut -f1), of it Java $(du -sm "$work/$top/app/java" | cut -f1), AOT cache $(du -sm "$work/$top/app/oneport.aot" | cut -f1)"
rm -rf "$work"
