# No sandbox. Arguments: STATUS FILTER FILES BLOCKS DATA PROCESSES STDIN FOLDER HOME COMMAND...
# There is no filter: the second is empty.
# STDIN may be "-"; else one line is awaited first.
status=$1 files=$3 blocks=$4 data=$5 processes=$6 stdin=$7 folder=$8 home=$9
shift 9
if [ "$stdin" != - ]; then
  read -r go || exit 1
  exec < "$stdin"
fi
LIMITS
cd "$folder" || exit 1
env -i PATH="$PATH" LANG=C.UTF-8 HOME="$home" "$@"
code=$?
echo "{ \"exit-code\": $code }" > "$status"
exit "$code"
