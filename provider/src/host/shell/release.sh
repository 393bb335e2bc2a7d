# The transaction itself.

# pull: what is missing, before anything that runs is touched
pull() {
    restore_names
    [ -n "$missing_services" ] || return 0
    input_file=
    # shellcheck disable=SC2086
    guarded docker compose --project-name "$project" --file "$folder/releases/$release/compose.yaml" \
        pull --quiet $missing_services
    pull_status=$?
    [ "$pull_status" != 125 ] || ! stopped || fail "$stop_cause" 'images were being pulled'
    if [ "$pull_status" != 0 ]; then
        output_tail 6
        fail failed "images cannot be pulled: $tail"
    fi
    changed "images pulled for$missing_services"
}

# restore_names: gives images the names back under which this release knew them; those that are gone are to be pulled
restore_names() {
    while read -r restore_service restore_name restore_image; do
        [ -n "$restore_service" ] || continue
        if bounded 20 docker tag "$restore_image" "$restore_name" >/dev/null 2>&1 </dev/null; then
            changed "image $restore_name is the release's again"
        else
            missing_services="$missing_services $restore_service"
        fi
    done <<EOF
$moved_images
EOF
}

# check: compose itself reads the file before anything is stopped for it
check() {
    check_output=$(bounded 60 docker compose --project-name "$project" \
        --file "$folder/releases/$release/compose.yaml" config --quiet 2>&1 </dev/null) ||
        fail failed "docker compose refuses the file: $(printf '%s' "$check_output" | tail -n 5 | mask)"
}

# journal: from here on the machine is being changed
journal() {
    { write_journal && durable "$folder/transaction" "$folder"; } || fail failed 'the journal cannot be written'
    journaled=yes
}

# switch: the release is the one in force
switch() {
    read_states
    while read -r state_service state_id state_status state_health state_restarts state_started state_image state_hash _; do
        [ -z "$state_service" ] || printf '%s %s %s\n' "$state_service" "$state_hash" "$state_image"
    done >"releases/$release/.containers" <<EOF
$states
EOF
    {
        mv -f -- "releases/$release/.containers" "releases/$release/containers" &&
        printf '{"release":"%s","by":%s,"at":"%s","provider":%s}\n' "$release" "$who_json" "$started_at" \
            "$provider_json" >.stack.json &&
        touch "releases/$release" &&
        ln -sfn "releases/$release" .current && mv -fT .current current &&
        mv -f .stack.json stack.json
    } || fail failed 'the release cannot be made the one in force'
    durable "$folder" "releases/$release"
    close_journal
}

read_request "$common_verbs release disk keep certificate_seconds installed minimum service secret port step reload certificate"
begin_transaction
begin lock
take_lock
previous=$(readlink "$folder/current" 2>/dev/null)
previous=${previous##*/}
[ -z "$previous" ] || [ -r "$folder/releases/$previous/compose.yaml" ] || previous=
done_step

begin preflight
preflight
done_step

begin stage
stage
done_step

begin secrets
make_secrets
done_step

begin check
check
done_step

begin pull
pull
done_step

begin journal
journal
done_step

begin start
start
done_step

begin health
health
done_step

begin first-run
first_run
done_step

begin live
switch_live
done_step

begin switch
# Past this point nothing is taken back: the release is in force.
switch
elapsed "$began"
printf 'progress switch done %s\n' "$elapsed"
[ "$stop_after" != switch ] || kill -KILL "$$"

begin prune
prune
elapsed "$began"
printf 'progress prune done %s\n' "$elapsed"

begin certificates
certificates
elapsed "$began"
printf 'progress certificates done %s\n' "$elapsed"

note 'done'
give_lock
ask_engine
read_stack "$stack"
contents "$root/etc/machine-id"
record machine id "$contents"
tell_engine
tell_unwell
leave 0
