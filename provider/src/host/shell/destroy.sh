# Removes a stack. Containers, networks and files go; volumes, secrets and the marks of first-run steps stay, unless
# everything is to go. Every part may be gone already.

purge=no
release=
previous=

request_purge() { purge=yes; }

# Nothing is taken back: what is gone is gone, and the next destroy goes on. The journal stays and says so.
take_back() {
    left=unfinished
}

# listed KIND: ids or names of the project's objects in $listed
listed() {
    case $1 in
    containers) set -- docker ps -aq --no-trunc ;;
    networks) set -- docker network ls -q ;;
    volumes) set -- docker volume ls -q ;;
    esac
    listed_error=$probe_folder/listed.error
    listed=$(bounded 30 "$@" --filter "label=com.docker.compose.project=$project" 2>"$listed_error" </dev/null) ||
        fail failed "the container engine does not answer: $(head -n 1 "$listed_error")"
}

# remove TEXT COMMAND...: runs it; a failure ends the transaction, but for objects that are gone already
remove() {
    remove_text=$1
    shift
    input_file=
    guarded "$@"
    remove_status=$?
    [ "$remove_status" != 125 ] || ! stopped || fail "$stop_cause" "$remove_text"
    if [ "$remove_status" != 0 ] && grep -qvi -e 'no such' -e 'not found' -e '^[0-9a-f]*$' "$output_file"; then
        output_tail 3
        fail failed "$remove_text: $tail"
    fi
}

remove_containers() {
    listed containers
    if [ -n "$listed" ]; then
        # shellcheck disable=SC2086
        remove 'containers are being stopped' docker stop $listed
        if [ "$purge" = yes ]; then
            # Anonymous volumes too.
            # shellcheck disable=SC2086
            remove 'containers are being removed' docker rm --force --volumes $listed
        else
            # shellcheck disable=SC2086
            remove 'containers are being removed' docker rm --force $listed
        fi
        changed 'containers removed'
    fi
    listed networks
    if [ -n "$listed" ]; then
        # shellcheck disable=SC2086
        remove 'networks are being removed' docker network rm $listed
        changed 'networks removed'
    fi
}

remove_files() {
    for remove_name in current stack.json releases files live .staging .current .stack.json; do
        [ -e "$folder/$remove_name" ] || [ -L "$folder/$remove_name" ] || continue
        rm -rf -- "${folder:?}/$remove_name" || fail failed "$folder/$remove_name cannot be removed"
        changed "$remove_name removed"
    done
}

remove_data() {
    if [ "$probe_state" != missing ]; then
        listed volumes
        if [ -n "$listed" ]; then
            # shellcheck disable=SC2086
            remove 'volumes are being removed' docker volume rm $listed
            changed 'volumes removed'
        fi
    fi
    rm -rf -- "${folder:?}/secrets" "${folder:?}/done" || fail failed "secrets cannot be removed"
}

read_request "$common_verbs purge"
begin_transaction
staged=yes
begin lock
take_lock
done_step

begin preflight
probe_state=running
have docker || probe_state=missing
if [ -d "$folder" ]; then
    { write_journal && durable "$folder/transaction" "$folder"; } || fail failed 'the journal cannot be written'
    journaled=yes
fi
done_step

begin containers
[ "$probe_state" = missing ] || remove_containers
done_step

begin files
[ ! -d "$folder" ] || remove_files
done_step

if [ "$purge" = yes ]; then
    begin data
    remove_data
    done_step
fi

volumes=
if [ "$probe_state" != missing ]; then
    listed volumes
    volumes=$listed
fi
record left volumes "$volumes"
if [ -d "$folder" ]; then
    rm -f -- "$folder/apply.log" "$folder/.apply.log" "$folder/.transaction"
    [ "$purge" = no ] || rm -rf -- "${folder:?}"
    close_journal
    # Only an empty folder goes: what is left in it is data.
    rmdir -- "$folder" "$root/opt/quickfra" 2>/dev/null
fi
give_lock
leave 0
