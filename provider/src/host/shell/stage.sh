# Bringing files to their places: staging, secrets, live files, pruning.

# stage: everything from standard input into a folder beside, checked, then into place by rename. What runs sees none of
# it, but for files that somebody had changed and that are put right.
stage() {
    {
        mkdir -p -- "$folder" "$folder/releases" "$folder/files" "$folder/live" &&
            rm -rf -- "$folder/.staging" && mkdir -m 700 -- "$folder/.staging"
    } || fail failed "the folder $folder cannot be made"
    bound_log
    stage_error=$(tar -xpof - -C "$folder/.staging" 2>&1) || {
        first_line "$stage_error"
        fail failed "the files did not arrive whole: $first"
    }
    staged=yes
    # The sums travel last, so that their presence says that all arrived.
    if ! (cd "$folder/.staging" && [ -s SHA256SUMS ] && sha256sum -c SHA256SUMS >/dev/null 2>&1); then
        fail failed 'the files that arrived do not match their sums'
    fi
    cd "$folder" || fail failed "the folder $folder is not there"
    if [ ! -d "releases/$release" ]; then
        mv -- .staging/release "releases/$release" || fail failed 'the release cannot be put in its place'
        stage_from=releases/$release
        changed "release $release staged"
    else
        stage_from=.staging/release
    fi
    set +f
    for stage_set in .staging/files/*/*/; do
        set -f
        [ -d "$stage_set" ] || continue
        stage_set=${stage_set%/}
        stage_target=${stage_set#.staging/}
        [ ! -d "$stage_target" ] || continue
        { mkdir -p -- "${stage_target%/*}" && mv -- "$stage_set" "$stage_target"; } ||
            fail failed "$stage_target cannot be put in its place"
    done
    set -f
    repair_files "$stage_from/manifest"
    while read -r stage_service _; do
        [ -z "$stage_service" ] || mkdir -p -- "live/$stage_service"
    done <<EOF
$release_reloads
EOF
    durable "releases/$release" files
}

# repair_files MANIFEST: puts back what differs from the manifest. Live files are not touched: they are noted in
# $live_todo and $live_extra, and switched at their time. Services whose mounted files were put back are in $repaired,
# each with the time since which the file was wrong.
repair_files() {
    live_todo=
    live_extra=
    repaired=
    repair_list=$(compare_manifest "$1") || fail failed 'the files of the release cannot be compared'
    while read -r repair_status _ repair_mode repair_path _; do
        case $repair_status in
        '' | same) continue ;;
        esac
        case "/$repair_path/" in
        */../*) continue ;;
        esac
        case $repair_path in
        live/*)
            if [ "$repair_status" = extra ]; then
                live_extra="$live_extra$repair_path$newline"
            else
                live_todo="$live_todo$repair_path$newline"
            fi
            continue
            ;;
        files/*)
            repair_service=${repair_path#files/}
            # The folder's time tells of a missing or an additional file, the file's own of a changed one.
            repair_since=$(stat -c %Z -- "$repair_path" 2>/dev/null || stat -c %Z -- "${repair_path%/*}" 2>/dev/null)
            repaired="$repaired${repair_service%%/*} ${repair_since:-0}$newline"
            ;;
        esac
        if [ "$repair_status" = extra ]; then
            rm -f -- "$repair_path" || fail failed "$repair_path cannot be removed"
            changed "$repair_path removed: it does not belong to the release"
            continue
        fi
        case $repair_path in
        releases/*) repair_source=.staging/release/${repair_path#releases/*/} ;;
        *) repair_source=.staging/$repair_path ;;
        esac
        [ -e "$repair_source" ] || continue
        mkdir -p -- "${repair_path%/*}"
        { chmod "$repair_mode" "$repair_source" && mv -f -- "$repair_source" "$repair_path"; } ||
            fail failed "$repair_path cannot be put in its place"
        changed "$repair_path put back"
    done <<EOF
$repair_list
EOF
}

# make_secrets: generates what is missing. Values touch neither an argument list nor the answer.
make_secrets() {
    while read -r secret_service secret_name secret_length secret_mode secret_owner secret_group; do
        [ -n "$secret_name" ] || continue
        secret_folder=$folder/secrets/$secret_service
        secret_file=$secret_folder/$secret_name
        { mkdir -p -- "$secret_folder" && chmod 700 "$folder/secrets" "$secret_folder"; } ||
            fail failed "the folder $secret_folder cannot be made"
        if [ ! -s "$secret_file" ]; then
            (umask 077 && tr -dc 'A-Za-z0-9' </dev/urandom 2>/dev/null | head -c "$secret_length" >"$secret_folder/.$secret_name")
            [ "$(stat -c %s -- "$secret_folder/.$secret_name" 2>/dev/null)" = "$secret_length" ] ||
                fail failed "the secret $secret_service/$secret_name cannot be made"
            own "$secret_folder/.$secret_name" "$secret_mode" "$secret_owner" "$secret_group"
            durable "$secret_folder/.$secret_name"
            mv -f -- "$secret_folder/.$secret_name" "$secret_file"
            changed "secret $secret_service/$secret_name made"
        elif [ "$(stat -c '%a %u %g' -- "$secret_file")" != "$secret_mode $secret_owner $secret_group" ]; then
            own "$secret_file" "$secret_mode" "$secret_owner" "$secret_group"
        fi
    done <<EOF
$release_secrets
EOF
}

# own FILE MODE OWNER GROUP
own() {
    chmod "$2" "$1" || fail failed "the mode of $1 cannot be set"
    if [ "$uid" = 0 ]; then
        chown "$3:$4" "$1" || fail failed "the owner of $1 cannot be set"
    fi
}

# place_live RELEASE: switches the live files in $live_todo and $live_extra, each by a rename inside its folder
place_live() {
    while read -r live_path; do
        [ -n "$live_path" ] || continue
        live_folder=${live_path%/*}
        mkdir -p -- "$live_folder" &&
            cp -p -- "releases/$1/$live_path" "$live_folder/.quickfra-new" &&
            mv -f -- "$live_folder/.quickfra-new" "$live_path" || return 1
        changed "$live_path switched"
    done <<EOF
$live_todo
EOF
    while read -r live_path; do
        [ -n "$live_path" ] || continue
        rm -f -- "$live_path"
        changed "$live_path removed"
    done <<EOF
$live_extra
EOF
}

# prune: keeps the newest releases, and the file sets that they name
prune() {
    prune_number=0
    # By time, which no glob can do; names are hashes, without blanks.
    # shellcheck disable=SC2045
    for prune_release in $(ls -1t releases); do
        case $prune_release in
        "$release" | "${previous:--}") continue ;;
        esac
        prune_number=$((prune_number + 1))
        [ "$prune_number" -gt "$((keep - 2))" ] || continue
        rm -rf -- "releases/$prune_release"
    done
    set +f
    prune_named=$(cat releases/*/manifest 2>/dev/null | awk '$3 ~ /^files\// { split($3, part, "/"); print "files/" part[2] "/" part[3] }')
    for prune_set in files/*/*/; do
        set -f
        prune_set=${prune_set%/}
        [ -d "$prune_set" ] || continue
        case "$newline$prune_named$newline" in
        *"$newline$prune_set$newline"*) ;;
        *) rm -rf -- "$prune_set" ;;
        esac
    done
    set -f
}
