# Live files in force, and certificates: what the outside sees of a release.

# gauge SERVICE PORT PATH METRIC: its value in $gauge, empty if it cannot be read
gauge() {
    gauge=
    state_of "$1" "$states" || return 0
    gauge_addresses=$(docker inspect --type container \
        --format '{{range .NetworkSettings.Networks}}{{.IPAddress}} {{end}}' "$state_id" 2>/dev/null </dev/null)
    for gauge_address in $gauge_addresses; do
        gauge=$(curl --silent --max-time 2 "http://$gauge_address:$2$3" 2>/dev/null </dev/null |
            awk -v name="$4" '$1 == name || index($1, name "{") == 1 { printf "%.3f", $2; exit }')
        [ -z "$gauge" ] || return 0
    done
}

# switch_live: live files, and until their services have taken them
switch_live() {
    [ -n "$live_todo$live_extra" ] || return 0
    live_services=
    while read -r reload_service reload_seconds reload_port reload_path reload_metric; do
        case "$newline$live_todo$live_extra" in
        *"${newline}live/$reload_service/"*) ;;
        *) continue ;;
        esac
        # A container that was started after the switch reads the new files anyway; one before it must be waited for.
        reload_before=
        if [ "$reload_port" != 0 ] && have curl; then
            gauge "$reload_service" "$reload_port" "$reload_path" "$reload_metric"
            reload_before=$gauge
        fi
        live_services="$live_services$reload_service $reload_seconds $reload_port $reload_path $reload_metric ${reload_before:--}$newline"
    done <<EOF
$release_reloads
EOF
    live_switched=yes
    place_live "$release" || fail failed 'a live file cannot be put in its place'
    seconds
    live_clock=$clock
    while read -r reload_service reload_seconds reload_port reload_path reload_metric reload_before; do
        [ -n "$reload_service" ] || continue
        await_reload
    done <<EOF
$live_services
EOF
}

# await_reload: until the gauge has moved, or the time is over in which the service takes its files at the latest
await_reload() {
    while :; do
        if [ "$reload_before" != - ]; then
            gauge "$reload_service" "$reload_port" "$reload_path" "$reload_metric"
            # Numbers with the same three decimals: different text is a different time.
            if [ -n "$gauge" ] && [ "$gauge" != "$reload_before" ]; then
                note "$reload_service has taken its live files"
                return 0
            fi
        fi
        seconds
        [ "$((clock - live_clock))" -lt "$((reload_seconds * 100))" ] || return 0
        ! stopped || fail "$stop_cause" "$reload_service has not yet taken its live files"
        pause 0.1
    done
}

# certificates: waits a bounded time; what is missing is a warning
certificates() {
    [ -n "$release_certificates" ] || return 0
    have curl || {
        warn 'Whether certificates were issued is not known: the machine has no curl.'
        return 0
    }
    seconds
    certificates_end=$((seconds + certificate_seconds))
    while read -r certificate_name certificate_port; do
        [ -n "$certificate_name" ] || continue
        while :; do
            certificate=$(curl --silent --insecure --max-time 5 --output /dev/null --write-out '%{certs}' \
                --resolve "$certificate_name:$certificate_port:127.0.0.1" \
                "https://$certificate_name:$certificate_port/" 2>/dev/null </dev/null)
            # A wildcard of the parent covers it, too.
            case $certificate in
            *"DNS:$certificate_name"* | *"DNS:*.${certificate_name#*.}"*) break ;;
            esac
            seconds
            if [ "$seconds" -ge "$certificates_end" ] || stopped; then
                warn "No certificate for $certificate_name is presented yet. The ingress goes on trying; its log tells why."
                break
            fi
            pause 0.5
        done
    done <<EOF
$release_certificates
EOF
}
