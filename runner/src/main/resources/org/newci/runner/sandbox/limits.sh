# Only ever lowers: what cannot be set is less than that already.
ulimit -c 0
ulimit -n "$files" 2> /dev/null
ulimit -f "$blocks" 2> /dev/null
if [ "$data" != 0 ]; then ulimit -d "$data" 2> /dev/null; fi
if [ "$processes" != 0 ]; then ulimit -u "$processes" 2> /dev/null; fi
