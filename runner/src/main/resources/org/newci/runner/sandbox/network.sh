# A sandbox with a network that has its own user-mode router. bwrap's user namespace is inside the
# one that owns the network, so that the job cannot change the routes, and slirp4netns can still enter
# it. The routes come first: slirp4netns makes one for all of 10.0.0.0/8 for a moment, and they must not
# meet it. Router and mounts are made at the same time; bwrap holds the command back until the router
# is up and one line came on standard input.
# Arguments: STATUS FILTER FILES BLOCKS DATA PROCESSES STDIN DNS ROUTES LATE_ROUTES, then bwrap's.
inside='
status=$1 filter=$2 files=$3 blocks=$4 data=$5 processes=$6 stdin=$7 dns=$8 routes=$9 late=${10}
shift 10
ip -batch - <<< "$routes" >&2 || exit 1
echo ready
if [ -n "$late" ]; then
  read -r up || exit 1
  ip -batch - <<< "$late" >&2 || exit 1
fi
exec 6<&0 < "$stdin" >&5
for fd in /proc/self/fd/*; do
  fd=${fd##*/}
  if [ "$fd" -gt 2 ] && [ "$fd" != 6 ]; then eval "exec $fd>&-"; fi
done
LIMITS
FILTERED --block-fd 6 --share-net "$@"
'
dns=$8 late=${10}
exec 5>&1 6<&0
coproc NET {
  exec unshare --user --map-root-user --net -- \
    setpriv --pdeathsig KILL bash -c "$inside" newci "$@"
}
net=$NET_PID from=${NET[0]} to=${NET[1]}
read -r line <&"$from" || exit 1
coproc SLIRP {
  exec setpriv --pdeathsig KILL slirp4netns --configure --mtu=65520 --disable-host-loopback \
    --enable-seccomp $dns --ready-fd 3 "$net" tap0 3>&1 >&2 5>&- 6<&-
}
slirp=$SLIRP_PID
read -r -n 1 line <&"${SLIRP[0]}" || exit 1
if [ -n "$late" ]; then echo up >&"$to"; fi
read -r go <&6 || exit 1
echo go >&"$to"
exec 5>&- 6<&-
wait "$net"
code=$?
kill -9 "$slirp" 2> /dev/null
exit "$code"
