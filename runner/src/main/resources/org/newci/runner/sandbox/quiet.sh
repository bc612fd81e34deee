# A sandbox without network. Arguments: STATUS FILES BLOCKS PROCESSES, then bwrap's.
status=$1 files=$2 blocks=$3 processes=$4
shift 4
LIMITS
exec bwrap --json-status-fd 4 --unshare-all "$@" 4> "$status"
