# No sandbox. Arguments: STATUS FILES BLOCKS PROCESSES STDIN FOLDER HOME COMMAND...
# STDIN may be "-"; else one line is awaited first.
status=$1 files=$2 blocks=$3 processes=$4 stdin=$5 folder=$6 home=$7
shift 7
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
