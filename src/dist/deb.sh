#!/usr/bin/env bash
# Makes a package for Debian and Ubuntu of what the tarball holds, with a unit of systemd. Needs no root, but dpkg-deb: where
# there is none, no package is made. Called by mvn -Pdist package.
#
# usage: deb.sh VERSION TIME FOLDER
#   TIME    of every file in the package
#   FOLDER  with the folder "dist" of tarball.sh, and for the result
set -euo pipefail

version=$1 time=$2 target=$(realpath "$3")
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

if ! command -v dpkg-deb >/dev/null; then
    echo "no .deb: dpkg-deb is not installed" >&2
    exit 0
fi
architecture=$(dpkg --print-architecture)
app=$(echo "$target/dist/portcullis-$version"-linux-*)
root=$target/dist/deb
umask 022
rm -rf "$root"
mkdir -p "$root"/{DEBIAN,etc/portcullis,usr/bin,usr/lib/portcullis,usr/lib/systemd/system,usr/share/doc/portcullis}

cp -a "$app/bin" "$app/lib" "$app/runtime" "$root/usr/lib/portcullis" # -a: the cache names the jar by its time
ln -s ../lib/portcullis/bin/portcullis "$root/usr/bin/portcullis"
cp -r "$app/docs/." "$root/usr/share/doc/portcullis"
cp "$here/deb/copyright" "$root/usr/share/doc/portcullis"
cp -r "$app/conf" "$root/usr/share/doc/portcullis/conf"
sed 's#](docs/#](#g' "$app/README.md" >"$root/usr/share/doc/portcullis/README.md"
find "$root/usr/share/doc/portcullis" -name '*.md' -exec sed -i 's#](\.\./\(conf\|README\.md\)#](\1#g' {} +
sed 's#"\.\./data/#"/var/lib/portcullis/#' "$app/conf/node.json" >"$root/etc/portcullis/node.json"
cp "$here/deb/portcullis.service" "$root/usr/lib/systemd/system"

# What the programs ask of the system: a runtime of another JDK asks for another C library than that of Temurin.
programs() { find "$root/usr/lib/portcullis" -type f \( -name '*.so' -o -perm -u+x \) -exec "$@" {} +; }
glibc=$(programs grep -aohE 'GLIBC_2\.[0-9]+' | sort -Vu | tail -n 1)
depends="libc6 (>= ${glibc#GLIBC_})"
if programs grep -qaF 'libz.so.1'; then depends="$depends, zlib1g"; fi

# The same on each file system: what files hold, and not what they and their folders take of a disk.
size=$(find "$root" -type f -printf '%s\n' | awk '{kib += int(($1 + 1023) / 1024)} END {print kib}')
debian=${version//-/\~} # 1.0-rc1 is older than 1.0
sed "s/@VERSION@/$debian/; s/@ARCHITECTURE@/$architecture/; s/@SIZE@/$size/; s/@DEPENDS@/$depends/" "$here/deb/control" \
    >"$root/DEBIAN/control"
printf 'portcullis (%s) unstable; urgency=medium\n\n  * Made from the sources of this version.\n\n -- %s  %s\n' "$debian" \
    "$(sed -n 's/^Maintainer: //p' "$here/deb/control")" "$(LC_ALL=C date -u -R -d "$time")" |
    gzip -9n >"$root/usr/share/doc/portcullis/changelog.gz"
echo /etc/portcullis/node.json >"$root/DEBIAN/conffiles"
install -m 755 "$here/deb/postinst" "$here/deb/prerm" "$here/deb/postrm" "$root/DEBIAN"

# dpkg-deb takes the time of its entries from there, and of the files where they are older.
SOURCE_DATE_EPOCH=$(date -d "$time" +%s) dpkg-deb --root-owner-group -Zgzip --build "$root" \
    "$target/portcullis_${debian}_$architecture.deb" >/dev/null
