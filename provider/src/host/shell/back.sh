# The way back: what a failed transaction leaves.

# take_back: what a failure leaves; sets $left
take_back() {
    unstoppable=yes
    elapsed "$began"
    printf 'progress rollback started %s\n' "$elapsed"
    write_holder
    if [ -z "$previous" ]; then
        containers_of_project
        left=stopped
        if [ -n "$ids" ]; then
            # shellcheck disable=SC2086
            guarded docker stop $ids || left=unfinished
        fi
    elif [ "$previous" = "$release" ]; then
        left=same
    else
        take_back_previous
    fi
    [ "$left" = unfinished ] || close_journal
    elapsed "$began"
    printf 'progress rollback done %s\n' "$elapsed"
}

take_back_previous() {
    left=unfinished
    if [ "${live_switched:-no}" = yes ]; then
        repair_live_of "$previous"
    fi
    start_containers "$previous" || return 0
    left=previous
    # A bounded look: whether what was well before is well again.
    seconds
    back_end=$((seconds + 60))
    while :; do
        read_states
        back_bad=
        while read -r back_service _; do
            [ -n "$back_service" ] || continue
            if ! state_of "$back_service" "$states"; then
                back_bad="$back_bad $back_service"
            elif [ "$state_status" != running ]; then
                back_bad="$back_bad $back_service"
            else
                case $state_health in
                starting | unhealthy) back_bad="$back_bad $back_service" ;;
                esac
            fi
        done <"releases/$previous/containers"
        [ -n "$back_bad" ] || return 0
        seconds
        [ "$seconds" -lt "$back_end" ] || break
        pause 0.3
    done
    left=previous_unwell
    note "after the way back not well:$back_bad"
}

# repair_live_of RELEASE: the live files of another release again
repair_live_of() {
    live_todo=
    live_extra=
    while read -r back_status _ _ back_path _; do
        case "$back_status $back_path" in
        'differs live/'* | 'missing live/'*) live_todo="$live_todo$back_path$newline" ;;
        'extra live/'*) live_extra="$live_extra$back_path$newline" ;;
        esac
    done <<EOF
$(compare_manifest "releases/$1/manifest")
EOF
    place_live "$1"
}
