# Restarts containers of a stack, one after the other, each until it is well again. The release stays as it is.

asked=
# What the shared parts ask of an apply alone.
repaired=
disk_free=0

request_restart() { asked="$asked$1 $2$newline"; }

# A restart leaves no journal, since there is nothing in it to go on with.
write_journal() { :; }
close_journal() { :; }
take_back() { left=same; }

# tell STATE: progress of the step, without asking whether it may go on
tell() {
    elapsed "$began"
    printf 'progress %s %s %s\n' "$step" "$1" "$elapsed"
}

# restart SERVICE CHECKED: a container that was stopped is started again, whatever comes in between
restart() {
    begin "stop/$1"
    read_states
    state_of "$1" "$states" || fail failed "$1 has no container" "$1"
    states_before=
    input_file=
    unstoppable=yes
    guarded docker stop "$state_id" || {
        output_tail 3
        fail failed "$1 cannot be stopped: $tail" "$1"
    }
    tell 'done'
    begin "start/$1"
    guarded docker start "$state_id" || {
        output_tail 3
        fail failed "$1 cannot be started: $tail" "$1"
    }
    unstoppable=no
    changed "container of $1 restarted"
    done_step
    begin "health/$1"
    release_services="$1 - $2"
    health
    done_step
}

read_request "$common_verbs restart"
begin_transaction
staged=yes
begin lock
take_lock
done_step

begin preflight
have docker || fail failed 'the machine has no container engine'
[ -L "$folder/current" ] || fail failed "no release of $stack is in force"
read_states
while read -r restart_service _; do
    [ -n "$restart_service" ] || continue
    state_of "$restart_service" "$states" || fail failed "$restart_service has no container" "$restart_service"
done <<EOF
$asked
EOF
done_step

journaled=yes
while read -r restart_service restart_checked; do
    [ -n "$restart_service" ] || continue
    restart "$restart_service" "$restart_checked"
done <<EOF
$asked
EOF
journaled=no
give_lock
leave 0
