#!/bin/sh
# Makes a root file system of a Debian suite as a tar file, from the distribution's own packages.
# Usage: rootfs.sh host|slim SUITE OUT.tar MIRROR SECURITY_MIRROR
set -eu
kind=$1 suite=$2 out=$3 mirror=$4 security=$5

case $kind in
host)
    # A machine as a provider of virtual machines delivers it: systemd, sshd, no container engine.
    include=systemd,systemd-sysv,dbus,openssh-server,sudo,iproute2,iptables,nftables,procps,curl,ca-certificates
    ;;
slim)
    # What the images of single programs are made in.
    include=ca-certificates,curl,busybox-static
    ;;
esac

set -- --variant=minbase --include="$include" \
    --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/doc/*' \
    --dpkgopt='path-exclude=/usr/share/locale/*' --dpkgopt='path-include=/usr/share/doc/*/copyright'

if [ "$kind" = host ]; then
    # Without these hooks all hosts would share one ssh host key and one machine id, and systemd would call itself
    # degraded for want of kernel modules. Each host gets an ed25519 key before its first start.
    # shellcheck disable=SC2016 # mmdebstrap runs the hooks and sets $1, the root file system, for them.
    set -- "$@" \
        --customize-hook='ln -s /dev/null "$1"/etc/systemd/system/systemd-modules-load.service' \
        --customize-hook='rm -f "$1"/etc/ssh/ssh_host_*_key*' \
        --customize-hook=': > "$1"/etc/machine-id'
fi

exec mmdebstrap "$@" "$suite" "$out" \
    "deb $mirror $suite main" "deb $mirror $suite-updates main" "deb $security $suite-security main"
