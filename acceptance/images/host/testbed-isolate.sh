# Runs at each start of a test host, before everything else.

# A boot id of its own: otherwise it is the machine's, and a reboot of the host cannot be seen.
cat /proc/sys/kernel/random/uuid > /run/boot_id && mount --bind /run/boot_id /proc/sys/kernel/random/boot_id

# Settings that are the machine's, not the host's: a private copy takes the writes. A value reads back as written and
# has no effect in the kernel.
for d in vm fs; do
    mkdir -p "/run/sysctl-$d"
    cp -r "/proc/sys/$d/." "/run/sysctl-$d/" 2>/dev/null
    mount --bind "/run/sysctl-$d" "/proc/sys/$d"
done

# The engine mounts these as single files, which cannot be replaced by a rename as programs do.
for f in hostname hosts resolv.conf; do
    cat "/etc/$f" > "/run/etc-$f"
    umount "/etc/$f"
    case $f in
    hostname) [ -s /etc/hostname ] || cat "/run/etc-$f" > /etc/hostname ;;
    *) cat "/run/etc-$f" > "/etc/$f" ;;
    esac
done
[ -s /etc/hostname ] && hostname "$(cat /etc/hostname)"
exit 0
