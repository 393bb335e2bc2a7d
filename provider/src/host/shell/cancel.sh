# Asks a transaction to stop and to take itself back: leaves a file that it looks for between its steps and while it
# waits.

stack=
transaction=

request_root() { root=$1; }
request_stack() { stack=$1; }
request_transaction() { transaction=$1; }

read_request 'root stack transaction'
runtime=$root/run/quickfra
{ mkdir -p -- "$runtime" && : >"$runtime/$stack.cancel.$transaction"; } || {
    printf 'quickfra: the request to cancel cannot be left in %s\n' "$runtime" >&2
    exit 70
}
cancel_holder=
if [ -e "$runtime/$stack.lock" ] && ! (flock -s -n 8) 8<"$runtime/$stack.lock" 2>/dev/null; then
    contents "$runtime/$stack.holder"
    case "$contents$newline" in
    *"transaction $transaction$newline"*) cancel_holder=$contents ;;
    esac
fi
record cancel holder "$cancel_holder"
finish
