# Facts of the machine, and the state of single items.

# What is asked for: names with blanks between, and paths, which may hold blanks, one a line.
packages=
candidates=
units=
paths=

# os_field NAME: the value of an os-release field in $field, without quotes
os_field() {
    field=
    for os_file in "$root/etc/os-release" "$root/usr/lib/os-release"; do
        [ -r "$os_file" ] || continue
        while IFS= read -r os_line; do
            case $os_line in
            "$1="*)
                field=${os_line#*=}
                field=${field#[\"\']}
                field=${field%[\"\']}
                ;;
            esac
        done <"$os_file"
        return
    done
}

# free_bytes PATH: size and free bytes of the file system that holds it (or its nearest parent that is there) in
# $disk_size and $disk_free
free_bytes() {
    disk_path=$1
    while [ ! -e "$disk_path" ] && [ "$disk_path" != / ] && [ -n "$disk_path" ]; do
        disk_path=${disk_path%/*}
    done
    disk_size=0
    disk_free=0
    disk_report=$(df -Pk -- "${disk_path:-/}" 2>/dev/null) || return 0
    read -r _ disk_size _ disk_free _ <<EOF
${disk_report#*"$newline"}
EOF
    disk_size=$((disk_size * 1024))
    disk_free=$((disk_free * 1024))
}

read_facts() {
    os_field ID
    facts_os=$field
    os_field VERSION_ID
    facts_version=$field
    os_field PRETTY_NAME
    facts_name=$field
    facts_memory=0
    while read -r facts_key facts_value _; do
        case $facts_key in
        MemTotal:)
            facts_memory=$((facts_value * 1024))
            break
            ;;
        esac
    done <"/proc/meminfo"
    free_bytes "$root/"
    facts_size=$disk_size
    facts_free=$disk_free
    free_bytes "$root/var/lib/docker"
    facts_machine=
    [ ! -r "$root/etc/machine-id" ] || read -r facts_machine <"$root/etc/machine-id" || :
    facts_boot=
    [ ! -r /proc/sys/kernel/random/boot_id ] || read -r facts_boot </proc/sys/kernel/random/boot_id || :
    facts_root=no
    [ "$uid" != 0 ] || facts_root=yes
    facts_systemd=no
    [ ! -d /run/systemd/system ] || facts_systemd=yes
    read -r facts_architecture facts_kernel <<EOF
$(uname -mr | { read -r kernel machine; printf '%s %s' "$machine" "$kernel"; })
EOF
    facts_cpus=$(getconf _NPROCESSORS_ONLN 2>/dev/null || nproc 2>/dev/null || printf 1)
    record facts os "$facts_os" version "$facts_version" name "$facts_name" architecture "$facts_architecture" \
        kernel "$facts_kernel" cpus "$facts_cpus" memory "$facts_memory" disk "$facts_size" free "$facts_free" \
        engine_free "$disk_free" machine "$facts_machine" boot "$facts_boot" root "$facts_root" systemd "$facts_systemd"
}

# Sockets, with the processes behind them where `ss` is there, and without them where it is not.
read_listeners() {
    if have ss; then
        record listeners form ss text "$(ss -Hltnup 2>/dev/null)"
    else
        record listeners form proc \
            text "$(for listeners_of in tcp tcp6 udp udp6; do
                [ -r "/proc/net/$listeners_of" ] || continue
                sed "1d; s/^/$listeners_of /" "/proc/net/$listeners_of"
            done | awk '($1 ~ /^tcp/ && $5 == "0A") || ($1 ~ /^udp/ && $5 == "07") { print $1, $3 }')"
    fi
}

# read_items: the records of the packages, units and paths asked for
read_items() {
    items_packages=
    if [ -n "$packages" ] && have dpkg-query; then
        # shellcheck disable=SC2086
        items_packages=$(dpkg-query -W -f '${Package} ${db:Status-Abbrev} ${Version}\n' $packages 2>/dev/null)
    fi
    items_candidates=
    if [ -n "$candidates" ] && have apt-cache; then
        # shellcheck disable=SC2086
        items_candidates=$(bounded 20 apt-cache policy $candidates 2>/dev/null)
    fi
    items_units=
    if [ -n "$units" ] && have systemctl; then
        # shellcheck disable=SC2086
        items_units=$(bounded 10 systemctl show --property=Id,LoadState,ActiveState,UnitFileState $units 2>/dev/null)
    fi
    items_owner=
    if have dpkg-query && have docker; then
        items_owner=$(dpkg-query -W -f '${Package} ${db:Status-Abbrev}\n' docker.io docker-ce docker-cli docker-ce-cli 2>/dev/null)
    fi
    record items packages "$items_packages" candidates "$items_candidates" units "$items_units" engine "$items_owner"
    while IFS= read -r items_path; do
        [ -n "$items_path" ] || continue
        read_path "$items_path"
    done <<EOF
$paths
EOF
}

# read_path PATH: the record of one path
read_path() {
    path_stat=
    path_sum=
    path_kind=absent
    if [ -e "$root$1" ] || [ -L "$root$1" ]; then
        path_stat=$(stat -c '%a %U %G' -- "$root$1" 2>/dev/null)
        if [ -L "$root$1" ]; then
            path_kind='link'
        elif [ -d "$root$1" ]; then
            path_kind=directory
        elif [ -f "$root$1" ]; then
            path_kind='file'
            path_sum=$(sha256sum <"$root$1" 2>/dev/null)
            path_sum=${path_sum%% *}
        else
            path_kind=other
        fi
    fi
    record path path "$1" kind "$path_kind" stat "$path_stat" sha256 "$path_sum"
}

# read_machine: everything a probe tells
read_machine() {
    ask_engine
    read_facts
    read_listeners
    read_items
    set +f
    for machine_stack in "$root/opt/quickfra/"*/; do
        set -f
        [ -d "$machine_stack" ] || continue
        machine_stack=${machine_stack%/}
        read_stack "${machine_stack##*/}"
    done
    set -f
    tell_engine
}
