# What an apply is asked, and what must hold before it changes anything.

release=
release_services=
release_secrets=
release_ports=
release_steps=
release_reloads=
release_certificates=
disk=0
keep=3
certificate_seconds=0
provider_json='""'
who_json='""'
engine_minimum=0
compose_minimum='0 0'

request_release() { release=$1; }
request_disk() { disk=$1; }
request_keep() { keep=$1; }
request_certificate_seconds() { certificate_seconds=$1; }
request_installed() {
    who_json=$1
    provider_json=$2
}
request_minimum() {
    engine_minimum=$1
    compose_minimum="$2 $3"
}
# name, image, whether it has a health check
request_service() { release_services="$release_services$1 $2 $3$newline"; }
# service, name, length, mode, owner, group
request_secret() { release_secrets="$release_secrets$1 $2 $3 $4 $5 $6$newline"; }
# address, port, protocol, service
request_port() { release_ports="$release_ports$1 $2 $3 $4$newline"; }
# service, name, names of secrets or nothing, arguments: kept as they came, since arguments may hold anything
request_step() { release_steps="$release_steps${request_line#* }$newline"; }
# service, seconds, port or 0, path, metric
request_reload() { release_reloads="$release_reloads$1 $2 $3 $4 $5$newline"; }
# name, port
request_certificate() { release_certificates="$release_certificates$1 $2$newline"; }


# containers_of_project: ids in $ids
containers_of_project() {
    ids=$(docker ps -aq --no-trunc --filter "label=com.docker.compose.project=$project" 2>/dev/null </dev/null)
}

# One line for each container: service id state health restarts started-at image-id config-hash exit-code
# shellcheck disable=SC2016
state_format='{{index .Config.Labels "com.docker.compose.service"}} {{.Id}} {{.State.Status}} {{with .State.Health}}{{.Status}}{{else}}none{{end}} {{.RestartCount}} {{.State.StartedAt}} {{.Image}} {{index .Config.Labels "com.docker.compose.config-hash"}} {{.State.ExitCode}}'

# read_states: the lines in $states
read_states() {
    containers_of_project
    states=
    [ -n "$ids" ] || return 0
    # shellcheck disable=SC2086
    states=$(bounded 20 docker inspect --type container --format "$state_format" $ids 2>/dev/null </dev/null)
}

# state_of SERVICE LINES: the fields of its line in $state_*; false if there is none
state_of() {
    while read -r state_service state_id state_status state_health state_restarts state_started state_image state_hash \
        state_code; do
        [ "$state_service" != "$1" ] || return 0
    done <<EOF
$2
EOF
    state_id=
    return 1
}

# --- preflight: nothing is changed -------------------------------------------------------------------------------

problems=0
problem() {
    record problem kind "$1" summary "$2" remedy "$3"
    problems=$((problems + 1))
}

# at_least HAVE WANT...: compares dotted versions by major and minor
at_least() {
    least_version=${1#v}
    least_major=${least_version%%.*}
    least_minor=${least_version#*.}
    least_minor=${least_minor%%.*}
    least_minor=${least_minor%%[!0-9]*}
    case $least_major in
    '' | *[!0-9]*) return 1 ;;
    esac
    [ "$least_major" -gt "$2" ] || { [ "$least_major" -eq "$2" ] && [ "${least_minor:-0}" -ge "${3:-0}" ]; }
}

preflight() {
    if [ -z "$root" ] && [ "$uid" != 0 ]; then
        problem root 'the transaction does not run as root' 'Log in as root, or as a user that may use sudo without a password.'
    fi
    for preflight_tool in tar awk sha256sum stat base64 find setsid; do
        have "$preflight_tool" || problem tool "the command $preflight_tool is missing" "Install it on the machine."
    done
    ask_engine
    hear_engine
    case $probe_state in
    running)
        preflight_version=$(cat "$probe_folder/version")
        preflight_compose=$(cat "$probe_folder/compose")
        at_least "$preflight_version" "$engine_minimum" ||
            problem engine "the container engine $preflight_version is older than $engine_minimum" \
                'Declare the machine as a quickfra_host, or install a newer engine.'
        # shellcheck disable=SC2086
        if [ -z "$preflight_compose" ]; then
            problem compose 'docker has no compose plugin' 'Declare the machine as a quickfra_host, or install Compose.'
        elif ! at_least "$preflight_compose" $compose_minimum; then
            problem compose "Compose $preflight_compose is older than $(printf '%s.%s' $compose_minimum)" \
                'Declare the machine as a quickfra_host, or install a newer Compose.'
        fi
        ;;
    missing)
        problem engine 'the machine has no container engine' \
            'Declare the machine as a quickfra_host, and let the stack depend on it.'
        ;;
    hung)
        problem engine "the container engine does not answer within $engine_seconds s" \
            'Look at it with systemctl status docker, and journalctl -u docker.'
        ;;
    *)
        problem engine "the container engine does not answer ($probe_error)" \
            'Look at it with systemctl status docker, and journalctl -u docker.'
        ;;
    esac
    if [ "$probe_state" = running ]; then
        find_missing_images
        if [ -n "$missing_services" ]; then
            free_bytes "$root/var/lib/docker"
            if [ "$disk_free" -lt "$disk" ]; then
                problem disk "$((disk_free / 1048576)) MiB are free for images, $((disk / 1048576)) MiB are needed" \
                    'Make room on the machine, or give it a bigger disk.'
            fi
        fi
        check_ports
        check_secrets
    fi
    if [ "$problems" -gt 0 ]; then
        note "preflight: $problems problems"
        leave 76
    fi
}

# find_missing_images: services whose image is not on the machine, in $missing_services. Where this very release was here
# before, and the name of an image has been given to another one since: service, name and former image in $moved_images.
find_missing_images() {
    missing_services=
    moved_images=
    contents "$folder/releases/$release/containers"
    missing_number=0
    missing_jobs=
    while read -r missing_name missing_image _; do
        [ -n "$missing_name" ] || continue
        missing_number=$((missing_number + 1))
        bounded 20 docker image inspect --format '{{.Id}}' "$missing_image" \
            >"$probe_folder/image.$missing_number" 2>/dev/null </dev/null &
        missing_jobs="$missing_jobs $!"
    done <<EOF
$release_services
EOF
    # shellcheck disable=SC2086
    [ -z "$missing_jobs" ] || wait $missing_jobs
    missing_number=0
    while read -r missing_name missing_image _; do
        [ -n "$missing_name" ] || continue
        missing_number=$((missing_number + 1))
        # For an image that is not there, docker prints an empty line besides its error.
        missing_id=$(grep . "$probe_folder/image.$missing_number")
        if [ -z "$missing_id" ]; then
            missing_services="$missing_services $missing_name"
            continue
        fi
        while read -r missing_noted _ missing_former; do
            [ "$missing_noted" = "$missing_name" ] && [ -n "$missing_former" ] || continue
            [ "$missing_former" = "$missing_id" ] ||
                moved_images="$moved_images$missing_name $missing_image $missing_former$newline"
        done <<NOTED
$contents
NOTED
    done <<EOF
$release_services
EOF
}

# check_ports: each port is free, or held by this very stack
check_ports() {
    [ -n "$release_ports" ] || return 0
    if have ss; then
        ss -Hltnup >"$probe_folder/sockets" 2>/dev/null
    else
        : >"$probe_folder/sockets"
    fi
    printf '%s' "$release_ports" >"$probe_folder/ports"
    check_taken=$(awk -v project="$project" '
        # overlap: whether a socket on one address keeps another from binding the other
        function any(address) { return address == "*" || address == "0.0.0.0" || address == "::" || address == "[::]" }
        function overlap(one, other) { return any(one) || any(other) || one == other || "[" one "]" == other }
        function split_address(text) { match(text, /:[^:]*$/); host = substr(text, 1, RSTART - 1); port = substr(text, RSTART + 1); sub(/%.*$/, "", host) }
        FILENAME ~ /\/ports$/ { count++; address[count] = $1; number[count] = $2; protocol[count] = $3; service[count] = $4 }
        FILENAME ~ /\/ps$/ {
            for (field = 4; field <= NF; field++) {
                if ($field !~ /->/) continue
                published = $field; sub(/,$/, "", published)
                kind = published; sub(/^.*\//, "", kind)
                sub(/->.*$/, "", published)
                split_address(published)
                first = port; last = port
                if (port ~ /-/) { split(port, range, "-"); first = range[1]; last = range[2] }
                for (i = 1; i <= count; i++) {
                    if (protocol[i] != kind || number[i] + 0 < first + 0 || number[i] + 0 > last + 0) continue
                    if ($2 == project) ours[i] = 1
                    else if (overlap(address[i], host)) holder[i] = "the container " $3
                }
            }
        }
        FILENAME ~ /\/sockets$/ {
            split_address($5)
            for (i = 1; i <= count; i++) {
                if (protocol[i] != $1 || number[i] != port || !overlap(address[i], host) || holder[i] != "") continue
                name = "another process"
                if (match($0, /\(\("[^"]*",pid=[0-9]+/)) {
                    name = substr($0, RSTART + 3, RLENGTH - 3)
                    sub(/",pid=/, " (process ", name)
                    name = name ")"
                }
                holder[i] = name
            }
        }
        END { for (i = 1; i <= count; i++) if (holder[i] != "" && !ours[i]) print number[i], protocol[i], service[i], holder[i] }
    ' "$probe_folder/ports" "$probe_folder/ps" "$probe_folder/sockets")
    while read -r check_port check_protocol check_service check_holder; do
        [ -n "$check_port" ] || continue
        problem port "port $check_port/$check_protocol, which $check_service publishes, is taken by $check_holder" \
            'Stop what holds it, or let the stack publish another port.'
    done <<EOF
$check_taken
EOF
}

# check_secrets: a secret that a step has given to a service cannot be made anew: the service would not know it
check_secrets() {
    while read -r lost_service lost_name _; do
        [ -n "$lost_name" ] || continue
        lost_file=$folder/secrets/$lost_service/$lost_name
        [ ! -s "$lost_file" ] || continue
        while read -r lost_step_service lost_step lost_step_secrets _; do
            case "$lost_step_service ,$lost_step_secrets," in
            "$lost_service "*",$lost_name,"*) ;;
            *) continue ;;
            esac
            step_is_done "$lost_service" "$lost_step" || continue
            problem secret \
                "the generated secret $lost_service/$lost_name is gone, and $lost_service was set up with it: it would not know a new one" \
                "Write the value that $lost_service knows to $lost_file, or set a new one in it by its own means and write that."
        done <<STEPS
$release_steps
STEPS
    done <<EOF
$release_secrets
EOF
}
