# Running a release: start, health, first-run steps.

# start RELEASE: brings the containers to what its compose file says
start_containers() {
    input_file=
    guarded docker compose --project-name "$project" --file "$folder/releases/$1/compose.yaml" \
        up --detach --remove-orphans --pull never --no-build --quiet-pull
}

start() {
    read_states
    states_before=$states
    # Nothing is in force yet, and nothing has to be done before anybody may come: what starts finds its live files.
    if [ -z "$previous$release_steps" ]; then
        place_live "$release" || fail failed 'a live file cannot be put in its place'
        live_todo=
        live_extra=
    fi
    while read -r start_service start_id start_state _; do
        [ "$start_state" != paused ] || docker unpause "$start_id" >/dev/null 2>&1 </dev/null
    done <<EOF
$states_before
EOF
    start_containers "$release"
    start_status=$?
    [ "$start_status" != 125 ] || ! stopped || fail "$stop_cause" 'containers were being started'
    if [ "$start_status" != 0 ]; then
        output_tail 5
        read_states
        fail failed "docker compose up: $tail" "$(service_not_started)"
    fi
    read_states
    restart_stale
    while read -r start_service start_id start_state start_health start_restarts start_started _; do
        [ -n "$start_service" ] || continue
        if state_of "$start_service" "$states_before"; then
            if [ "$state_id" != "$start_id" ]; then
                changed "container of $start_service replaced"
            elif [ "$state_started" != "$start_started" ]; then
                changed "container of $start_service started"
            fi
        else
            changed "container of $start_service created"
        fi
    done <<EOF
$states
EOF
    while read -r start_service _; do
        [ -n "$start_service" ] || continue
        state_of "$start_service" "$states" || changed "container of $start_service removed"
    done <<EOF
$states_before
EOF
}

# service_not_started: the first service whose container is there but was never started
service_not_started() {
    while read -r named_service _ named_status _; do
        [ "$named_status" = created ] || continue
        printf '%s' "$named_service"
        return
    done <<EOF
$states
EOF
}

# restart_stale: restarts what `up` left alone although it runs with files that were wrong, or is not healthy
restart_stale() {
    stale_any=no
    while read -r stale_service stale_id stale_state stale_health stale_restarts stale_started _; do
        [ -n "$stale_service" ] || continue
        state_of "$stale_service" "$states_before" || continue
        { [ "$state_id" = "$stale_id" ] && [ "$state_started" = "$stale_started" ]; } || continue
        stale_reason=
        [ "$stale_health" != unhealthy ] || stale_reason='it was not healthy'
        stale_since=$(printf '%s' "$repaired" | while read -r stale_name stale_time; do
            [ "$stale_name" != "$stale_service" ] || printf '%s\n' "$stale_time"
        done | sort -n | head -n 1)
        if [ -n "$stale_since" ]; then
            stale_start=$(date -d "$stale_started" +%s 2>/dev/null) || stale_start=
            # Without a readable time a restart is the safe way.
            if [ -z "$stale_start" ] || [ "$stale_start" -ge "$stale_since" ]; then
                stale_reason='it was started with files that were not those of the release'
            fi
        fi
        [ -n "$stale_reason" ] || continue
        note "restart $stale_service: $stale_reason"
        input_file=
        guarded docker restart "$stale_id"
        stale_any=yes
    done <<EOF
$states
EOF
    [ "$stale_any" = no ] || read_states
}

# health: waits until every service is well, and gives up as soon as one cannot get well
health() {
    settling=
    while :; do
        read_states
        health_waiting=
        while read -r health_service _ health_checked; do
            [ -n "$health_service" ] || continue
            judge "$health_service" "$health_checked"
        done <<EOF
$release_services
EOF
        [ -n "$health_waiting" ] || return 0
        if stopped; then
            fail "$stop_cause" "still waiting for:$health_waiting" "${health_waiting##* }"
        fi
        pause 0.3
    done
}

# judge SERVICE CHECKED: fails the transaction, notes in $health_waiting that it must be waited for, or does neither
judge() {
    if ! state_of "$1" "$states"; then
        fail failed "$1 has no container" "$1"
    fi
    judge_base=0
    judge_id=$state_id
    judge_status=$state_status
    judge_health=$state_health
    judge_restarts=$state_restarts
    judge_started=$state_started
    judge_code=$state_code
    judge_known=no
    if state_of "$1" "$states_before" && [ "$state_id" = "$judge_id" ]; then
        judge_base=$state_restarts
        [ "$state_started" != "$judge_started" ] || judge_known=yes
    fi
    case $judge_status in
    running) ;;
    restarting | created)
        [ "$((judge_restarts - judge_base))" -lt 3 ] ||
            fail failed "$1 ends again and again (status $judge_code)" "$1"
        health_waiting="$health_waiting $1"
        return
        ;;
    *) fail failed "$1 is $judge_status (status $judge_code)" "$1" ;;
    esac
    case $judge_health in
    healthy) return ;;
    unhealthy) fail failed "$1 is unhealthy" "$1" ;;
    starting)
        [ "$((judge_restarts - judge_base))" -lt 3 ] ||
            fail failed "$1 ends again and again (status $judge_code)" "$1"
        health_waiting="$health_waiting $1"
        return
        ;;
    esac
    # Without a health check: it must have run for two seconds without an end.
    [ "$judge_known" = no ] || return 0
    [ "$((judge_restarts - judge_base))" -lt 3 ] || fail failed "$1 ends again and again" "$1"
    seconds
    case $settling in
    *"$1 $judge_started "*)
        judge_since=${settling##*"$1 $judge_started "}
        judge_since=${judge_since%%"$newline"*}
        [ "$((clock - judge_since))" -lt 200 ] || return 0
        ;;
    *) settling="$settling$1 $judge_started $clock$newline" ;;
    esac
    health_waiting="$health_waiting $1"
}

# tell_unwell: for each service that the engine has just told not to be well, although it was, the record `unwell`
tell_unwell() {
    unwell_services=$(awk -v project="\"project\":\"$project\"" '
        index($0, project) && !/"state":"running","health":(null|"healthy")/ { split($0, part, "\""); print part[4] }
    ' "$probe_folder/containers")
    for unwell_service in $unwell_services; do
        service_log "$unwell_service"
        record unwell service "$unwell_service" log "$log"
    done
}

# volumes_of SERVICE: its data volumes and when they were made, one a line, in $volumes
volumes_of() {
    volumes=
    # shellcheck disable=SC2046
    set -- "$1" $(docker volume ls --filter "label=com.docker.compose.project=$project" --format '{{.Name}}' 2>/dev/null </dev/null)
    volumes_prefix=${project}_$1_
    shift
    for volumes_name in "$@"; do
        case $volumes_name in
        "$volumes_prefix"*)
            volumes="$volumes$(docker volume inspect --format '{{.Name}} {{.CreatedAt}}' "$volumes_name" 2>/dev/null </dev/null)$newline"
            ;;
        esac
    done
}

# step_is_done SERVICE NAME: whether the step was done for the data that is there, whose volumes are in $volumes
step_is_done() {
    volumes_of "$1"
    [ -f "$folder/done/$1/$2" ] || return 1
    contents "$folder/done/$1/$2"
    [ "$contents" = "${volumes%"$newline"}" ]
}

# first_run: steps that belong to the data: done once for it, and again when the data is new
first_run() {
    while read -r first_service first_name first_secrets first_command; do
        [ -n "$first_name" ] || continue
        ! step_is_done "$first_service" "$first_name" || continue
        run_step "$first_service" "$first_name" "$first_secrets" "$first_command"
        { mkdir -p -- "$folder/done/$first_service" && chmod 700 "$folder/done" "$folder/done/$first_service"; } ||
            fail failed "the folder $folder/done cannot be made"
        printf '%s' "$volumes" >"$folder/done/$first_service/.$first_name"
        durable "$folder/done/$first_service/.$first_name"
        mv -f -- "$folder/done/$first_service/.$first_name" "$folder/done/$first_service/$first_name"
        changed "step $first_name of $first_service done"
    done <<EOF
$release_steps
EOF
}

# run_step SERVICE NAME SECRETS COMMAND: SECRETS are names with commas between, or -; COMMAND is encoded words
run_step() {
    run_service=$1
    run_name=$2
    state_of "$1" "$states" || fail failed "$1 has no container" "$1"
    input_file=$probe_folder/stdin
    run_secrets=$3
    [ "$run_secrets" != - ] || run_secrets=
    (
        umask 077
        : >"$input_file"
        while [ -n "$run_secrets" ]; do
            run_secret=${run_secrets%%,*}
            run_secrets=${run_secrets#"$run_secret"}
            run_secrets=${run_secrets#,}
            cat -- "$folder/secrets/$run_service/$run_secret" >>"$input_file" || exit 1
            printf '\n' >>"$input_file"
        done
        cat -- "$folder/.staging/steps/$run_service/$run_name" >>"$input_file"
    ) || fail failed "the input of the step $run_name cannot be put together" "$1"
    # shellcheck disable=SC2086
    set -- $4
    run_left=$#
    while [ "$run_left" -gt 0 ]; do
        decode "$1"
        shift
        set -- "$@" "$decoded"
        run_left=$((run_left - 1))
    done
    guarded docker exec --interactive "$state_id" "$@"
    run_status=$?
    rm -f -- "$input_file"
    input_file=
    [ "$run_status" != 125 ] || ! stopped || fail "$stop_cause" "the step $run_name of $run_service was running"
    if [ "$run_status" != 0 ]; then
        output_tail 8
        fail failed "the step $run_name of $run_service ended with status $run_status: $tail" "$run_service"
    fi
}
