# Shared by every script and put in front of it: the language of requests and answers, and small helpers.
# POSIX sh. Everything that varies comes from the request; nothing of it is ever run as a command.

set -u
set -f # no word of a request is a pattern; scripts that need one switch it on for that line
LC_ALL=C
export LC_ALL
PATH=$PATH:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export PATH
umask 022

newline='
'
records=0
root=

# The answer begins at once, so that whatever follows stands in its place.
printf 'quickfra 1\n'

# record KIND [NAME VALUE]...: one record of the answer
record() {
    printf 'record %s %s\n' "$1" $((($# - 1) / 2))
    shift
    while [ $# -gt 1 ]; do
        printf '%s %s\n%s\n' "$1" "${#2}" "$2"
        shift 2
    done
    records=$((records + 1))
}

# finish: the end of the answer
finish() {
    printf 'end %s\n' "$records"
}

# refuse TEXT: the request cannot be read; nothing was done
refuse() {
    printf 'quickfra: the request cannot be read: %s\n' "$1" >&2
    exit 65
}

# decode FIELD: sets $decoded
decode() {
    case $1 in
    -) decoded= ;;
    *\\*)
        # The full stop keeps line breaks at the end of the value.
        decoded=$(printf '%b.' "$1")
        decoded=${decoded%.}
        ;;
    *) decoded=$1 ;;
    esac
}

# read_request VERBS: calls request_<verb> with the decoded fields of each line, up to the end of the request. What
# follows on standard input is left there.
read_request() {
    request_lines=0
    request_ended=
    IFS= read -r request_line || refuse 'it is empty'
    [ "$request_line" = 'quickfra 1' ] || refuse 'it is of another version'
    while IFS= read -r request_line; do
        case $request_line in
        'end '*)
            [ "${request_line#end }" = "$request_lines" ] || refuse 'lines are missing'
            request_ended=yes
            break
            ;;
        esac
        request_lines=$((request_lines + 1))
        request_fields "$1" "$request_line"
    done
    [ -n "$request_ended" ] || refuse 'it is cut off'
}

# request_fields VERBS LINE
request_fields() {
    request_verb=${2%% *}
    case " $1 " in
    *" $request_verb "*) ;;
    *) refuse "unknown verb $request_verb" ;;
    esac
    # Split at spaces only: the fields have none inside.
    # shellcheck disable=SC2086
    set -- $2
    shift
    request_left=$#
    while [ "$request_left" -gt 0 ]; do
        decode "$1"
        shift
        set -- "$@" "$decoded"
        request_left=$((request_left - 1))
    done
    "request_$request_verb" "$@"
}

# seconds: sets $seconds to the whole seconds and $clock to the hundredths since boot, without a process
seconds() {
    if read -r clock _ </proc/uptime; then
        seconds=${clock%.*}
        clock=${clock%.*}${clock#*.}
    else
        seconds=$(date +%s)
        clock=${seconds}00
    fi
}

# first_line TEXT: sets $first
first_line() {
    first=${1%%"$newline"*}
}

# have COMMAND: whether it can be run
have() {
    command -v "$1" >/dev/null 2>&1
}

# bounded SECONDS COMMAND...: runs a command that may hang. Status 124 (or 143 with some timeouts): it did. It does not
# get the lock (9) of a transaction: the watcher of some timeouts outlives its command.
bounded() {
    if have timeout; then
        timeout "$@" 9>&-
    else
        shift
        "$@" 9>&-
    fi
}

# contents FILE: the text of a small file in $contents, empty if there is none. Without a process for each line.
contents() {
    contents=
    if [ -f "$1" ] && [ -r "$1" ]; then
        contents=$(cat -- "$1" 2>/dev/null)
    fi
}
