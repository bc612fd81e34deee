# A sandbox without network. Arguments: STATUS FILTER FILES BLOCKS DATA PROCESSES, then bwrap's.
status=$1 filter=$2 files=$3 blocks=$4 data=$5 processes=$6
shift 6
LIMITS
FILTERED "$@"
