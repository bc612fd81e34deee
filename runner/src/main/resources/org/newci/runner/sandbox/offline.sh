# A sandbox without network whose command waits for one line on standard input and then reads a file.
# Arguments: STATUS FILTER FILES BLOCKS DATA PROCESSES STDIN, then bwrap's.
status=$1 filter=$2 files=$3 blocks=$4 data=$5 processes=$6 stdin=$7
shift 7
LIMITS
exec 6<&0 < "$stdin"
FILTERED --block-fd 6 "$@"
