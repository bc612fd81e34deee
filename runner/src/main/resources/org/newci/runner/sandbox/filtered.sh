if [ -n "$filter" ]; then set -- --seccomp 3 "$@"; else filter=/dev/null; fi
exec 3< "$filter" 4> "$status"
exec bwrap --json-status-fd 4 --unshare-all
