# Generated secrets of a stack, for scripts that tell them. What is not there is left out of the answer.

stack=
asked=

request_root() { root=$1; }
request_stack() { stack=$1; }
request_secret() { asked="$asked$1$newline"; }

# tell_secrets: a record for each that was asked for
tell_secrets() {
    while read -r secret; do
        [ -n "$secret" ] || continue
        secret_file=$root/opt/quickfra/$stack/secrets/$secret
        [ -s "$secret_file" ] || continue
        contents "$secret_file"
        record secret name "$secret" value "$contents"
    done <<EOF
$asked
EOF
}
