# Tells where a service of a stack listens, and secrets that are asked for. Changes nothing.

service=
engine_seconds=8
service_problem=
service_containers=

request_service() { service=$1; }

# One line of JSON for each container.
# shellcheck disable=SC2016
service_format='{"name":{{json .Name}},"state":{{json .State.Status}},"networks":{{json .NetworkSettings.Networks}}}'

# engine_problem STATUS: sets $service_problem to why docker failed
engine_problem() {
    case $1 in
    124 | 137 | 143) service_problem="no answer within $engine_seconds s" ;;
    *)
        service_problem=$(bounded "$engine_seconds" docker ps --quiet 2>&1 >/dev/null </dev/null)
        first_line "$service_problem"
        service_problem=${first:-docker ended with status $1}
        ;;
    esac
}

# find_service: sets $service_containers, or $service_problem
find_service() {
    have docker || {
        service_problem='docker is not installed'
        return
    }
    service_ids=$(bounded "$engine_seconds" docker ps -aq --no-trunc \
        --filter "label=com.docker.compose.project=quickfra_$stack" \
        --filter "label=com.docker.compose.service=$service" 2>/dev/null </dev/null) || {
        engine_problem $?
        return
    }
    [ -n "$service_ids" ] || return
    # shellcheck disable=SC2086
    service_containers=$(bounded "$engine_seconds" docker inspect --type container --format "$service_format" \
        $service_ids 2>/dev/null </dev/null)
    service_status=$?
    # A container that went away between the two commands is no failure; what is left was printed.
    case $service_status in
    0 | 1) ;;
    *) engine_problem "$service_status" ;;
    esac
}

read_request 'root stack service secret'
tell_secrets
find_service
record service problem "$service_problem" containers "$service_containers"
finish
