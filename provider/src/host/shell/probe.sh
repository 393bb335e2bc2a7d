# Reads a machine: facts, engine, listeners, asked items, every stack. Changes nothing.

request_root() { root=$1; }
request_contents() { contents_of_all=yes; }
request_limit() { content_limit=$1; }
request_engine_seconds() { engine_seconds=$1; }
request_package() { packages="$packages $1"; }
request_candidate() { candidates="$candidates $1"; }
request_unit() { units="$units $1"; }
request_path() { paths="$paths$1$newline"; }

read_request 'root contents limit engine_seconds package candidate unit path'
probe_begin || exit 70
trap probe_end EXIT
read_machine
finish
