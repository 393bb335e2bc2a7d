# What every transaction shares: the lock, progress, the journal, commands that can be stopped, and the end.
# The link may be cut at any time: the transaction goes on, or takes itself back, without anybody listening.

trap '' HUP PIPE
cancelled=
trap 'cancelled=yes' INT TERM

stack=
transaction=
who=unknown
time=600
stop_after=
step=request
locked=no
staged=no
journaled=no
warnings=
changes=

seconds
began=$clock
began_seconds=$seconds
step_began=$clock

request_root() { root=$1; }
request_stack() { stack=$1; }
request_transaction() { transaction=$1; }
request_who() { who=$1; }
request_time() { time=$1; }
request_stop_after() { stop_after=$1; }
common_verbs='root stack transaction who time stop_after'

# begin_transaction: names that depend on the request
begin_transaction() {
    folder=$root/opt/quickfra/$stack
    runtime=$root/run/quickfra
    project=quickfra_$stack
    deadline=$((began_seconds + time))
    cancel_file=$runtime/$stack.cancel.$transaction
    started_at=$(date -u +%Y-%m-%dT%H:%M:%SZ)
    # Who is at the other end of the connection, as sshd tells it.
    from=${SSH_CONNECTION:-}
    from=${from%% *}
}

# elapsed SINCE: milliseconds since then in $elapsed
elapsed() {
    seconds
    elapsed=$(((clock - $1) * 10))
}

# begin STEP: everything until the next `begin` belongs to it. The machine knows of it before the other end does: what
# was told is never ahead of what a cut leaves behind.
begin() {
    step=$1
    elapsed "$began"
    step_began=$clock
    write_holder
    [ "$journaled" = no ] || write_journal
    printf 'progress %s started %s\n' "$step" "$elapsed"
    note "$step"
}

# done_step: the step is done; the place where a test may cut the transaction, and where a cancel is seen
done_step() {
    elapsed "$began"
    printf 'progress %s done %s\n' "$step" "$elapsed"
    if [ "$stop_after" = "$step" ]; then
        kill -KILL "$$"
    fi
    ! stopped || fail "$stop_cause" 'the step was done, but there is no leave to go on'
}

# note TEXT: a line in the log of steps on the host
note() {
    [ -d "$folder" ] || return 0
    printf '%s %s +%sms %s\n' "$started_at" "$transaction" "$elapsed" "$1" 2>/dev/null >>"$folder/apply.log"
}

# bound_log: keeps the log of steps small
bound_log() {
    log_size=$(stat -c %s -- "$folder/apply.log" 2>/dev/null) || return 0
    if [ "$log_size" -gt 65536 ]; then
        tail -n 200 "$folder/apply.log" >"$folder/.apply.log" && mv -f "$folder/.apply.log" "$folder/apply.log"
    fi
}

# stopped: whether the transaction must not go on; says why in $stop_cause
stopped() {
    if [ -n "$cancelled" ] || [ -e "$cancel_file" ]; then
        stop_cause=cancelled
        return 0
    fi
    seconds
    if [ "$seconds" -ge "$deadline" ]; then
        stop_cause=deadline
        return 0
    fi
    return 1
}

# pause SECONDS
pause() {
    sleep "$1" 2>/dev/null || sleep 1
}

# guarded COMMAND...: runs it with its output in $output_file and $input_file on its standard input, and stops it when
# the transaction has to stop: then the status is 125.
guarded() {
    output_file=$probe_folder/output
    rm -f "$probe_folder/status"
    # In a group of its own, so that what it starts ends with it.
    (
        trap - INT TERM
        setsid "$@" <&7 >"$output_file" 2>&1 &
        printf '%s' "$!" >"$probe_folder/pid"
        wait "$!"
        printf '%s' "$?" >"$probe_folder/.status"
        mv -f "$probe_folder/.status" "$probe_folder/status"
    ) 7<"${input_file:-/dev/null}" &
    while [ ! -e "$probe_folder/status" ]; do
        if [ "${unstoppable:-no}" = no ] && stopped; then
            guarded_pid=$(cat "$probe_folder/pid" 2>/dev/null)
            [ -z "$guarded_pid" ] || kill -TERM "-$guarded_pid" 2>/dev/null
            wait
            return 125
        fi
        pause 0.05
    done
    wait
    guarded_status=$(cat "$probe_folder/status")
    return "$guarded_status"
}

# output_tail: the last lines of a guarded command, secrets masked, in $tail
output_tail() {
    # Compose tells the progress of each object on a line of its own, which says nothing here.
    tail=$(grep -v -E '^ *(Container|Network|Volume|Image|Service) [^ ]+ +[A-Z][a-z]+( *$|ing|ed)' "$output_file" 2>/dev/null |
        tail -n "${1:-5}" | mask)
    [ -n "$tail" ] || tail=$(tail -n "${1:-5}" "$output_file" 2>/dev/null | mask)
}

# mask: hides the values of the stack's generated secrets, and cuts long lines
mask() {
    mask_files=$([ ! -d "$folder/secrets" ] || find "$folder/secrets" -type f ! -name '.*' 2>/dev/null)
    # shellcheck disable=SC2086
    awk '
        FILENAME != "-" { if (length($0) >= 8) secret[++count] = $0; next }
        {
            line = substr($0, 1, 2000)
            for (i = 1; i <= count; i++)
                while ((at = index(line, secret[i])) > 0)
                    line = substr(line, 1, at - 1) "(secret)" substr(line, at + length(secret[i]))
            print line
        }' $mask_files - 2>/dev/null
}

warn() {
    warnings="$warnings$1$newline"
}

changed() {
    changes="$changes$1$newline"
}

write_holder() {
    [ "$locked" = yes ] || return 0
    printf 'who %s\nfrom %s\nsince %s\nstep %s\nprocess %s\ntransaction %s\n' \
        "$who" "$from" "$started_at" "$step" "$$" "$transaction" 2>/dev/null >"$runtime/$stack.holder"
}

# take_lock: takes the stack's lock, or answers who holds it. The lock lives as long as this process and those it started.
take_lock() {
    mkdir -p -- "$runtime" || fail failed "the folder $runtime cannot be made"
    if ! have flock; then
        fail failed 'the command flock is missing (package util-linux)'
    fi
    exec 9>>"$runtime/$stack.lock"
    lock_tries=0
    # A probe holds the lock for an instant to see whether it is free: that must not count.
    until flock -n 9; do
        lock_tries=$((lock_tries + 1))
        if [ "$lock_tries" -gt 10 ]; then
            contents "$runtime/$stack.holder"
            record busy holder "$contents"
            leave 75
        fi
        pause 0.1
    done
    locked=yes
    write_holder
    # A folder of our own; what a killed transaction or probe left goes, since its input may have been secret.
    probe_folder=$runtime/$stack.work
    { rm -rf -- "$probe_folder" && mkdir -m 700 -- "$probe_folder"; } ||
        fail failed "the folder $probe_folder cannot be made"
    find "$root/run" -maxdepth 1 -type d -name 'quickfra.*' -mtime +0 -exec rm -rf -- '{}' + 2>/dev/null
    if [ -f "$folder/transaction" ]; then
        journal_field transaction
        journal_step=
        [ "$field" = "$transaction" ] || {
            journal_field step
            journal_step=$field
            journal_field since
            warn "An earlier transaction, begun $field, was cut in its step $journal_step. This one goes on from there."
        }
    fi
}

# give_lock: nothing is changed any more; whoever waits may begin, and what is read now is what they will find
give_lock() {
    rm -f -- "$runtime/$stack.holder"
    exec 9>&-
    locked=no
}

# journal_field NAME: a field of the journal in $field
journal_field() {
    field=
    while read -r journal_name journal_value; do
        [ "$journal_name" != "$1" ] || field=$journal_value
    done <"$folder/transaction"
}

# write_journal: what is under way, so that whoever comes next knows, also after the power went
write_journal() {
    printf 'release %s\nprevious %s\nstep %s\nsince %s\ntransaction %s\n' \
        "${release:--}" "${previous:--}" "$step" "$started_at" "$transaction" >"$folder/.transaction" &&
        mv -f "$folder/.transaction" "$folder/transaction"
}

# close_journal: the transaction is over
close_journal() {
    rm -f -- "$folder/transaction"
    journaled=no
}

# durable PATH...: on the disk before anything relies on it
durable() {
    sync -- "$@" 2>/dev/null || sync
}

# fail CAUSE REASON [SERVICE]: ends the transaction; what was changed is taken back by the function `take_back`, which
# says in $left what remains. CAUSE is failed, deadline or cancelled.
fail() {
    fail_cause=$1
    fail_reason=$2
    fail_service=${3:-}
    fail_step=$step
    fail_log=
    elapsed "$step_began"
    fail_elapsed=$elapsed
    printf 'progress %s failed %s\n' "$step" "$(((clock - began) * 10))"
    note "$step failed ($fail_cause): $fail_reason"
    if [ -n "$fail_service" ]; then
        service_log "$fail_service"
        fail_log=$log
    fi
    left=untouched
    if [ "$journaled" = yes ]; then
        take_back
    fi
    record failure cause "$fail_cause" step "$fail_step" elapsed "$fail_elapsed" reason "$fail_reason" \
        service "$fail_service" log "$fail_log" left "$left"
    note "left: $left"
    leave 1
}

# service_log SERVICE: the last lines of its container's log in $log
service_log() {
    log=
    log_container=$(docker ps -aq --no-trunc --filter "label=com.docker.compose.project=$project" \
        --filter "label=com.docker.compose.service=$1" 2>/dev/null </dev/null)
    first_line "$log_container"
    [ -n "$first" ] || return 0
    log=$(bounded 10 docker logs --tail 20 "$first" 2>&1 </dev/null | mask)
}

# leave STATUS: the end, whatever came of it
leave() {
    # What nobody has read of the input is read now: the sender must not fail because this end did.
    [ "$staged" = yes ] || cat >/dev/null 2>&1
    elapsed "$began"
    record result elapsed "$elapsed" warnings "$warnings" changes "$changes"
    finish
    [ ! -d "$folder/.staging" ] || rm -rf -- "$folder/.staging"
    rm -f -- "$cancel_file"
    probe_end
    exit "$1"
}
