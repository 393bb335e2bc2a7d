# Keeps a secret of a stack on its machine, or removes one. It takes no lock: the folder of secrets is no release's, so
# nothing that an apply does at the same time touches what is kept here, and a purge takes all of it.

stack=
action=
secret=
value=
replace=no
temporary=

request_root() { root=$1; }
request_stack() { stack=$1; }
request_replace() { replace=yes; }
request_keep() {
    action=keep
    secret=$1
    value=$2
}
request_remove() {
    action=remove
    secret=$1
}

# told STATE [REASON]: the answer, and the end
told() {
    [ -z "$temporary" ] || rm -f -- "$temporary"
    record store state "$1" reason "${2:-}"
    finish
    exit 0
}

# durable PATH...: on the disk before anybody relies on it
durable() {
    sync -- "$@" 2>/dev/null || sync
}

# keep: a file of its own beside, whole and on the disk, that comes to its place in one step
keep() {
    # A stack that is gone gets no folder back.
    [ -d "$folder" ] || told gone
    umask 077
    for keep_folder in "$folder/secrets" "$secret_folder"; do
        [ -d "$keep_folder" ] || mkdir -- "$keep_folder" 2>/dev/null || [ -d "$keep_folder" ] ||
            told failed "the folder $keep_folder cannot be made"
        chmod 700 "$keep_folder" || told failed "the mode of $keep_folder cannot be set"
    done
    [ ! -d "$secret_file" ] || told failed "$secret_file is a folder"
    if [ "$replace" = no ] && [ -e "$secret_file" ]; then
        told exists
    fi
    temporary=$(mktemp "$secret_folder/.$secret_name.XXXXXX") || told failed "no file can be made in $secret_folder"
    # Printed by the shell itself, so that it is no argument of a process.
    { printf '%s' "$value" >"$temporary"; } 2>/dev/null || told failed "the disk takes no more in $secret_folder"
    chmod 600 "$temporary" || told failed "the mode of $temporary cannot be set"
    durable "$temporary"
    if [ "$replace" = yes ]; then
        mv -f -- "$temporary" "$secret_file" || told failed "$secret_file cannot be put in its place"
        temporary=
    else
        # A link, unlike a rename, never takes the place of what another run has just put there.
        ln -- "$temporary" "$secret_file" 2>/dev/null || {
            [ ! -e "$secret_file" ] || told exists
            told failed "$secret_file cannot be put in its place"
        }
    fi
    durable "$secret_folder"
    told kept
}

# remove: also what a run left that was killed while it kept the same secret
remove() {
    [ -e "$secret_file" ] || found=no
    set +f
    rm -f -- "$secret_file" "$secret_folder/.$secret_name".?????? || told failed "$secret_file cannot be removed"
    set -f
    [ "$found" = yes ] || told gone
    durable "$secret_folder"
    told removed
}

read_request 'root stack replace keep remove'
folder=$root/opt/quickfra/$stack
secret_name=${secret#*/}
secret_folder=$folder/secrets/${secret%%/*}
secret_file=$secret_folder/$secret_name
found=yes
trap '[ -z "$temporary" ] || rm -f -- "$temporary"' EXIT
case $action in
keep) keep ;;
remove) remove ;;
*) refuse 'it asks for nothing' ;;
esac
