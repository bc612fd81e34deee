# A sandbox with a network that has its own user-mode router. The order matters: bwrap's user
# namespace is inside the one that owns the network, so that the job cannot change the routes, and
# slirp4netns can still enter it. Arguments: STATUS FILES BLOCKS PROCESSES STDIN ROUTES, then bwrap's.
# Waits for one line on standard input before it starts the command.
inside='
status=$1 files=$2 blocks=$3 processes=$4 stdin=$5 routes=$6
shift 6
ip -batch - <<< "$routes" >&2 || exit 1
echo ready
read -r up || exit 1
read -r go <&6 || exit 1
exec < "$stdin" 4> "$status" >&5
for fd in /proc/self/fd/*; do
  fd=${fd##*/}
  if [ "$fd" -gt 4 ]; then eval "exec $fd>&-"; fi
done
LIMITS
exec bwrap --json-status-fd 4 --unshare-all --share-net "$@"
'
exec 5>&1 6<&0
coproc NET {
  exec unshare --user --map-root-user --net -- \
    setpriv --pdeathsig KILL bash -c "$inside" newci "$@"
}
net=$NET_PID from=${NET[0]} to=${NET[1]}
read -r line <&"$from" || exit 1
coproc SLIRP {
  exec setpriv --pdeathsig KILL slirp4netns --configure --mtu=65520 --disable-host-loopback \
    --enable-seccomp --ready-fd 3 "$net" tap0 3>&1 >&2 5>&- 6<&-
}
slirp=$SLIRP_PID
read -r -n 1 line <&"${SLIRP[0]}" || exit 1
echo up >&"$to"
exec 5>&- 6<&-
wait "$net"
code=$?
kill -9 "$slirp" 2> /dev/null
exit "$code"
