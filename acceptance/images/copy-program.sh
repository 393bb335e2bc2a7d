#!/bin/sh
# Copies programs with the shared libraries they need into a new root, beside a busybox for its shell and its wget.
# Usage: copy-program.sh ROOT PROGRAM...
set -eu
root=$1
shift
mkdir -p "$root/bin" "$root/etc/ssl/certs" "$root/tmp" "$root/usr/bin"
chmod 1777 "$root/tmp"
cp /bin/busybox "$root/bin/busybox"
for name in $(/bin/busybox --list); do
    [ -e "$root/bin/$name" ] || ln -s busybox "$root/bin/$name"
done
printf 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n' > "$root/etc/passwd"
printf 'root:x:0:\nnogroup:x:65534:\n' > "$root/etc/group"
cp /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/"
for program in "$@"; do
    # ldd prints `name => path (address)` and, for the loader, `path (address)`; a static program has none.
    ldd "$program" 2>/dev/null | grep -o '/[^ )]*' | while read -r library; do
        mkdir -p "$root$(dirname "$library")"
        cp -L "$library" "$root$library"
    done
done
