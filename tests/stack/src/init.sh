# The first process of a cell: hides the machine, then waits for the harness to let go.
# $1: the folder of the stack, removed at the end. $2: pcscd's folder of drivers for real readers.
set -e
mount --make-rprivate /
mount -t proc proc /proc
# The machine's own bus, pcscd, udev and systemd live under /run.
mount -t tmpfs -o mode=755 tmpfs /run
# Without drivers pcscd leaves the machine's real readers alone.
mount -t tmpfs -o mode=755 tmpfs "$2"
ip link set lo up
echo furnished
while read -r _; do :; done
# Nobody writes into the folder any more when it is removed.
kill -KILL -1 || :
cd /
rm -rf "$1"
