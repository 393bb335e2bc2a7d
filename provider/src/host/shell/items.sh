# Brings single items to a machine, in their order, packages first; then reads the machine again.

item_lines=
release=
previous=

request_engine_seconds() { engine_seconds=$1; }
# The state of these is told at the end, whether or not anything is done about them.
request_package() { packages="$packages $1"; }
request_unit() { units="$units $1"; }
request_path() { paths="$paths$1$newline"; }
# What is to be brought about is kept as it came: paths may hold anything but line breaks.
request_bring() { item_lines="$item_lines${request_line#* }$newline"; }

# There is no release to go back to: each item is whole or as it was.
take_back() {
    left=untouched
}

# bring KIND FIELDS...
bring() {
    case $1 in
    directory) bring_directory "$2" "$3" "$4" "$5" ;;
    file) bring_file "$2" "$3" "$4" "$5" "$6" ;;
    unit) bring_unit "$2" "$3" "$4" ;;
    image) bring_image "$2" ;;
    esac
}

bring_packages() {
    [ -n "$wanted" ] || return 0
    have apt-get || fail failed "packages cannot be installed: the machine has no apt-get"
    if [ -n "$(dpkg --audit 2>/dev/null)" ]; then
        # Somebody's installation was cut.
        guarded env DEBIAN_FRONTEND=noninteractive dpkg --configure -a --force-confdef --force-confold
        ended 'dpkg --configure -a'
    fi
    # Only dpkg's lock can be waited for; the lock of the lists needs patience of our own.
    while :; do
        guarded apt-get -q update
        update_status=$?
        [ "$update_status" != 125 ] || ! stopped || fail "$stop_cause" 'package lists were being read'
        if [ "$update_status" != 0 ] && grep -q 'Could not get lock' "$output_file"; then
            ! stopped || fail "$stop_cause" 'another process reads package lists'
            pause 1
            continue
        fi
        break
    done
    # Lists that cannot be read are no reason to stop: the packages may be known from before.
    [ "$update_status" = 0 ] || output_tail 3
    update_tail=${tail:-}
    # shellcheck disable=SC2086
    guarded env DEBIAN_FRONTEND=noninteractive NEEDRESTART_MODE=l apt-get -q -y --no-install-recommends \
        -o DPkg::Lock::Timeout=300 -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold \
        install -- $wanted
    install_status=$?
    if [ "$install_status" != 0 ] && [ "$update_status" != 0 ]; then
        fail failed "apt-get update: $update_tail"
    fi
    (exit "$install_status")
    ended "apt-get install$wanted"
    changed "packages installed:$wanted"
}

# ended WHAT: judges the guarded command that ran last
ended() {
    ended_status=$?
    [ "$ended_status" != 125 ] || ! stopped || fail "$stop_cause" "$1 was running"
    if [ "$ended_status" != 0 ]; then
        output_tail 6
        fail failed "$1: $tail"
    fi
}

# missing_packages: those of $packages that are not installed, in $wanted
missing_packages() {
    wanted=
    for missing_package in $packages; do
        case $(dpkg-query -W -f '${db:Status-Abbrev}' "$missing_package" 2>/dev/null) in
        ii* | hi*) ;;
        *) wanted="$wanted $missing_package" ;;
        esac
    done
}

# bring_directory PATH MODE OWNER GROUP
bring_directory() {
    [ ! -e "$root$1" ] || [ -d "$root$1" ] || fail failed "$1 is there, but is not a folder"
    if [ ! -d "$root$1" ]; then
        mkdir -p -- "$root$1" || fail failed "$1 cannot be made"
        changed "$1 made"
    fi
    set_ownership "$root$1" "$2" "$3" "$4"
}

# bring_file PATH MODE OWNER GROUP MEMBER: replaced by a rename, so that nobody sees half of it
bring_file() {
    [ ! -e "$root$1" ] || [ -f "$root$1" ] || fail failed "$1 is there, but is not a plain file"
    file_source=$probe_folder/files/$5
    if ! cmp -s -- "$file_source" "$root$1"; then
        file_folder=${1%/*}
        { mkdir -p -- "$root$file_folder" && cp -- "$file_source" "$root$file_folder/.quickfra-new"; } ||
            fail failed "$1 cannot be written"
        set_ownership "$root$file_folder/.quickfra-new" "$2" "$3" "$4"
        durable "$root$file_folder/.quickfra-new"
        mv -f -- "$root$file_folder/.quickfra-new" "$root$1" || fail failed "$1 cannot be replaced"
        changed "$1 written"
    else
        set_ownership "$root$1" "$2" "$3" "$4"
    fi
}

# set_ownership PATH MODE OWNER GROUP
set_ownership() {
    [ "$(stat -c '%a %U %G' -- "$1")" != "$2 $3 $4" ] || return 0
    chmod "$2" "$1" || fail failed "the mode of $1 cannot be set"
    if [ "$uid" = 0 ]; then
        chown "$3:$4" "$1" || fail failed "the owner of $1 cannot be set"
    fi
}

# bring_unit NAME ENABLED ACTIVE
bring_unit() {
    have systemctl || fail failed "the unit $1 cannot be started: the machine has no systemd"
    if [ "$2" = yes ]; then
        case $(systemctl is-enabled "$1" 2>/dev/null) in
        enabled | static | indirect | generated | alias) ;;
        *)
            guarded systemctl enable "$1"
            ended "systemctl enable $1"
            changed "unit $1 enabled"
            ;;
        esac
    fi
    if [ "$3" = yes ] && ! systemctl is-active --quiet "$1" 2>/dev/null; then
        guarded systemctl start "$1"
        ended "systemctl start $1"
        changed "unit $1 started"
    fi
}

# bring_image REFERENCE
bring_image() {
    ! bounded 20 docker image inspect --format '{{.Id}}' "$1" >/dev/null 2>&1 </dev/null || return 0
    guarded docker pull --quiet "$1"
    ended "docker pull $1"
    changed "image $1 pulled"
}

read_request "$common_verbs engine_seconds package unit path bring"
begin_transaction
input_file=
begin lock
take_lock
done_step

begin preflight
if [ -z "$root" ] && [ "$uid" != 0 ]; then
    record problem kind root summary 'the script does not run as root' \
        remedy 'Log in as root, or as a user that may use sudo without a password.'
    leave 76
fi
{ mkdir -- "$probe_folder/files" && tar -xof - -C "$probe_folder/files" 2>/dev/null; } ||
    fail failed 'the files did not arrive whole'
staged=yes
done_step

begin packages
missing_packages
bring_packages
done_step

begin items
while IFS= read -r item_line; do
    [ -n "$item_line" ] || continue
    # shellcheck disable=SC2086
    set -- $item_line
    item_left=$#
    while [ "$item_left" -gt 0 ]; do
        decode "$1"
        shift
        set -- "$@" "$decoded"
        item_left=$((item_left - 1))
    done
    bring "$@"
done <<EOF
$item_lines
EOF
done_step

begin read
give_lock
rm -rf -- "$probe_folder/files"
read_machine
elapsed "$began"
printf 'progress read done %s\n' "$elapsed"
leave 0
