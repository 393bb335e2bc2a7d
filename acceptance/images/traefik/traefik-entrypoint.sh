#!/bin/sh
# Arguments that are flags or commands of Traefik go to it; anything else is a program to run.
set -e

if [ "${1#-}" != "$1" ]; then
    set -- traefik "$@"
fi

if traefik "$1" --help >/dev/null 2>&1; then
    set -- traefik "$@"
fi

exec "$@"
