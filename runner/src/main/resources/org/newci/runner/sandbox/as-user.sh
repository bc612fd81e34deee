# Joins the job's control groups; when run by root, makes a tun device that only this sandbox sees,
# and becomes the slot's user. Arguments: UID|- yes|no CGROUP_FILES(:) COMMAND...
uid=$1 tun=$2 groups=$3
shift 3
IFS=:
for group in $groups; do
  # A group may refuse a process (of real-time scheduling, say): the job goes on, and that is said.
  echo $$ 2> /dev/null > "$group" || echo "NOT LIMITED by $group, which refuses the job's processes" >&2
done
unset IFS
if [ "$uid" = - ]; then
  exec setpriv --pdeathsig KILL -- "$@"
fi
if [ "$tun" = yes ]; then
  # In a mount namespace of its own: the machine's device stays as it is.
  [ -d /dev/net ] || mkdir /dev/net
  mount -t tmpfs -o mode=755,size=64k tmpfs /dev/net && mknod -m 666 /dev/net/tun c 10 200
fi
exec setpriv --reuid "$uid" --regid "$uid" --clear-groups --inh-caps=-all --no-new-privs \
  --pdeathsig KILL -- "$@"
