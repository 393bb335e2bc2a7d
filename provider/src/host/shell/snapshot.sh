# How a machine is read: the engine and the stacks. Shared by the probe and by every transaction, which ends by telling
# what the stack is now. Changes nothing.

uid=$(id -u)
contents_of_all=no
content_limit=262144
engine_seconds=8
probe_folder=

# probe_begin: a private folder for what parallel commands write
probe_begin() {
    for probe_candidate in /run /dev/shm /tmp "$root/tmp"; do
        probe_folder=$(mktemp -d "$probe_candidate/quickfra.XXXXXX" 2>/dev/null) && return 0
    done
    printf 'quickfra: no folder for temporary files can be made in /run, /dev/shm or /tmp\n' >&2
    return 1
}

probe_end() {
    [ -z "$probe_folder" ] || rm -rf -- "$probe_folder"
    probe_folder=
}

# One line of JSON for each container.
# shellcheck disable=SC2016
container_format='{"service":{{json (index .Config.Labels "com.docker.compose.service")}},"project":{{json (index .Config.Labels "com.docker.compose.project")}},"config_hash":{{json (index .Config.Labels "com.docker.compose.config-hash")}},"id":{{json .Id}},"name":{{json .Name}},"image":{{json .Config.Image}},"image_id":{{json .Image}},"state":{{json .State.Status}},"health":{{with .State.Health}}{{json .Status}}{{else}}null{{end}},"exit_code":{{.State.ExitCode}},"restarts":{{.RestartCount}},"started_at":{{json .State.StartedAt}}}'

read_containers() {
    # Every container, since any may hold a port; only those of a compose project are inspected.
    bounded "$engine_seconds" docker ps --all --no-trunc \
        --format '{{.ID}} {{with .Label "com.docker.compose.project"}}{{.}}{{else}}-{{end}} {{.Names}} {{.Ports}}' \
        >"$probe_folder/ps" 2>"$probe_folder/ps.error" || return $?
    probe_ids=
    while read -r probe_id probe_project _; do
        case $probe_project in
        quickfra_*) probe_ids="$probe_ids $probe_id" ;;
        esac
    done <"$probe_folder/ps"
    [ -n "$probe_ids" ] || return 0
    # shellcheck disable=SC2086
    bounded "$engine_seconds" docker inspect --type container --format "$container_format" $probe_ids \
        >"$probe_folder/containers" 2>"$probe_folder/inspect.error"
    probe_status=$?
    # A container that went away between the two commands is no failure; what is left was printed.
    case $probe_status in
    0) return 0 ;;
    1) ! grep -qv -i -e 'no such' -e '^$' "$probe_folder/inspect.error" ;;
    *) return "$probe_status" ;;
    esac
}

# compose_version: asks the plugin itself, where docker would find it: asking through docker makes it ask every plugin
compose_version() {
    for probe_plugins in "${DOCKER_CONFIG:-${HOME:-/root}/.docker}" /usr/local/lib/docker /usr/local/libexec/docker \
        /usr/lib/docker /usr/libexec/docker; do
        if [ -x "$probe_plugins/cli-plugins/docker-compose" ]; then
            bounded "$engine_seconds" "$probe_plugins/cli-plugins/docker-compose" version --short
            return
        fi
    done
    bounded "$engine_seconds" docker compose version --short
}

# ask_engine: begins to ask the engine, all of it at once; `hear_engine` takes the answers
ask_engine() {
    for probe_file in ps containers volumes images version compose; do
        : >"$probe_folder/$probe_file"
    done
    have docker || return 0
    read_containers &
    probe_ps=$!
    bounded "$engine_seconds" docker version --format '{{.Server.Version}}' \
        >"$probe_folder/version" 2>"$probe_folder/version.error" &
    probe_version=$!
    compose_version >"$probe_folder/compose" 2>/dev/null &
    probe_compose=$!
    bounded "$engine_seconds" docker volume ls --filter label=com.docker.compose.project \
        --format '{{.Label "com.docker.compose.project"}} {{.Name}}' >"$probe_folder/volumes" 2>/dev/null &
    probe_volumes=$!
    bounded "$engine_seconds" docker images --no-trunc --digests --format '{{.ID}} {{.Repository}} {{.Tag}} {{.Digest}}' \
        >"$probe_folder/images" 2>/dev/null &
    probe_images=$!
}

# hear_engine: waits for the answers in $probe_folder; says in $probe_state and $probe_error whether there are any
hear_engine() {
    probe_state=missing
    probe_error=
    have docker || return 0
    wait "$probe_ps"
    probe_ps=$?
    wait "$probe_version"
    probe_version=$?
    wait "$probe_compose" || : >"$probe_folder/compose"
    wait "$probe_volumes"
    probe_volumes=$?
    wait "$probe_images"
    probe_images=$?
    probe_state=running
    for probe_status in "$probe_version" "$probe_ps" "$probe_volumes" "$probe_images"; do
        case $probe_status in
        0) ;;
        124 | 137 | 143) probe_state=hung ;;
        *) [ "$probe_state" = hung ] || probe_state=dead ;;
        esac
    done
    if [ "$probe_state" = dead ]; then
        probe_error=$(cat "$probe_folder/version.error" "$probe_folder/ps.error" "$probe_folder/inspect.error" 2>/dev/null)
        first_line "$probe_error"
        probe_error=$first
    fi
}

# tell_engine: the record `engine`
tell_engine() {
    hear_engine
    record engine state "$probe_state" error "$probe_error" \
        version "$(cat "$probe_folder/version")" compose "$(cat "$probe_folder/compose")" \
        ps "$(cat "$probe_folder/ps")" containers "$(cat "$probe_folder/containers")" \
        volumes "$(cat "$probe_folder/volumes")" images "$(cat "$probe_folder/images")"
}

# compare_manifest MANIFEST: one line for each file of it,
#   <status> <sha256> <mode> <path> <found sha256> <found mode> <found uid> <found gid>
# where status is same, differs or missing, and for each file beside them that should not be there,
#   extra - - <path> <found sha256> <found mode> <found uid> <found gid>
# Works in the stack's folder. A manifest line is `<sha256> <mode> <path>`; paths have no spaces.
compare_manifest() {
    compare_paths=
    compare_folders=
    while read -r _ _ compare_path; do
        [ -n "$compare_path" ] || continue
        compare_paths="$compare_paths $compare_path"
        case $compare_path in
        files/*/*/*)
            compare_folder=${compare_path#files/*/*/}
            compare_folder=${compare_path%"/$compare_folder"}
            ;;
        *) continue ;;
        esac
        case "$compare_folders " in
        *" $compare_folder "*) ;;
        *) compare_folders="$compare_folders $compare_folder" ;;
        esac
    done <"$1"
    [ ! -d live ] || compare_folders="$compare_folders live"
    # What lies beside them; a name with a blank in it cannot be ours, and is left out of the comparison.
    # shellcheck disable=SC2086
    compare_beside=$([ -z "$compare_folders" ] || find $compare_folders ! -type d ! -name '*[[:space:]]*' 2>/dev/null)
    {
        printf 'manifest\n'
        cat -- "$1"
        printf 'stat\n'
        # shellcheck disable=SC2086
        stat -c '%f %a %u %g %n' -- $compare_paths $compare_beside 2>/dev/null
        printf 'sum\n'
        # shellcheck disable=SC2086
        sha256sum -- $compare_paths $compare_beside 2>/dev/null
        printf 'end\n'
    } </dev/null | awk -v uid="$uid" '
        NF == 1 { part = $1; next }
        part == "manifest" { sum[$3] = $1; mode[$3] = $2; order[++count] = $3 }
        part == "stat" {
            # 8xxx is a plain file; anything else in its place is no file of ours.
            if (!($5 in found)) names[++seen] = $5
            plain[$5] = ($1 ~ /^8...$/)
            owner = ($3 == uid) ? 0 : $3
            found[$5] = $2 " " owner " " $4
            is[$5] = $2; user[$5] = owner
        }
        part == "sum" { real[$2] = $1 }
        END {
            if (part != "end") exit 1
            for (i = 1; i <= count; i++) {
                path = order[i]
                if (!(path in found)) { print "missing", sum[path], mode[path], path, "-", "-", "-", "-"; continue }
                if (!plain[path]) real[path] = "other"
                status = (real[path] == sum[path] && is[path] == mode[path] && user[path] == 0) ? "same" : "differs"
                print status, sum[path], mode[path], path, real[path], found[path]
            }
            for (i = 1; i <= seen; i++) {
                path = names[i]
                if (!(path in sum)) print "extra", "-", "-", path, plain[path] ? real[path] : "other", found[path]
            }
        }'
}

# lock_is_held FILE: whether somebody holds the lock
lock_is_held() {
    [ -e "$1" ] || return 1
    ! (flock -s -n 8) 8<"$1" 2>/dev/null
}

# read_stack NAME: the records of one stack
read_stack() {
    stack_folder=$root/opt/quickfra/$1
    stack_lock=$root/run/quickfra/$1.lock
    stack_release=$(readlink "$stack_folder/current" 2>/dev/null)
    stack_release=${stack_release##*/}
    contents "$stack_folder/stack.json"
    stack_json=$contents
    contents "$stack_folder/transaction"
    stack_transaction=$contents
    stack_holder=
    if lock_is_held "$stack_lock"; then
        contents "$root/run/quickfra/$1.holder"
        stack_holder=${contents:-who somebody}
    fi
    contents "$stack_folder/releases/$stack_release/containers"
    stack_expected=$contents
    stack_files=
    stack_manifest=absent
    if [ -n "$stack_release" ] && [ -r "$stack_folder/releases/$stack_release/manifest" ]; then
        stack_manifest=present
        stack_files=$(cd "$stack_folder" && compare_manifest "releases/$stack_release/manifest") || stack_manifest=unreadable
    fi
    record stack name "$1" release "$stack_release" json "$stack_json" transaction "$stack_transaction" \
        holder "$stack_holder" manifest "$stack_manifest" files "$stack_files" expected "$stack_expected" \
        secrets "$(list_below "$stack_folder/secrets")" steps "$(list_below "$stack_folder/done")"
    while read -r stack_status _ _ stack_path stack_real _; do
        case $stack_status in
        same) [ "$contents_of_all" = yes ] || continue ;;
        differs | extra) ;;
        *) continue ;;
        esac
        [ "$stack_real" != other ] || continue
        # The size is asked first: a huge file must not fill the answer.
        stack_size=$(stat -c %s -- "$stack_folder/$stack_path" 2>/dev/null) || continue
        [ "$stack_size" -le "$content_limit" ] || continue
        record content stack "$1" path "$stack_path" \
            base64 "$(base64 <"$stack_folder/$stack_path" 2>/dev/null | tr -d '\n')"
    done <<EOF
$stack_files
EOF
}

# list_below FOLDER: its files two levels down, one a line, as service/name
list_below() {
    [ -d "$1" ] || return 0
    (cd "$1" && find . -mindepth 2 -maxdepth 2 -type f ! -name '.*' 2>/dev/null | sed 's|^\./||' | sort)
}
