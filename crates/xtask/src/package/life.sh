# The life of the packages, on a Debian that is thrown away afterwards. Arguments: the package, the virtual card's,
# and the next version of both. Each line tells what is true, or what is not.
cd /packages
ours=$1 card=$2 next=$3 next_card=$4
failures=0

it() {
    what=$1
    shift
    if told=$("$@" 2>&1); then
        echo "ok      $what"
    else
        failures=$((failures + 1))
        printf 'FAILED  %s: %s\n%s\n' "$what" "$*" "$told"
    fi
}

# Whether a path has this owner and these modes.
has() {
    found=$(stat --format='%U:%G %a' "$1")
    test "$found" = "$2 $3" || { echo "$found"; false; }
}
not() { ! "$@"; }
says_nothing() { said=$("$@" 2>&1) && test -z "$said" || { echo "$said"; false; }; }
# Asks the bus, as this user, for the daemon's name.
asks_for_the_name() {
    runuser -u "$1" -- dbus-send --system --print-reply --dest=org.freedesktop.DBus / \
        org.freedesktop.DBus.RequestName string:org.lanyard.Lanyard1 uint32:4
}
is_denied() { "$@" 2>&1 | grep AccessDenied; }
installs() { dpkg --force-confdef --force-confold --install "$@"; }
settings=/etc/lanyard/lanyard.toml

# A bus is there before the package, as on any machine.
mkdir -p /run/dbus
dbus-daemon --system --fork

# The bus read the policy before there was a user that it speaks of, and the daemon is started before triggers run.
it 'the package is installed' installs --no-triggers "$ours"
it 'the bus knows the daemon at once' asks_for_the_name lanyard
it 'and nobody else' is_denied asks_for_the_name nobody
it 'what others do at an installation is done' dpkg --triggers-only --pending
it 'the virtual card is installed' installs "$card"
it 'both programs run' sh -ec 'lanyardctl --version; lanyardd --version; lanyard-virtcard --list'
it 'every file is as it was packed' sh -ec 'test -z "$(dpkg --verify lanyard lanyard-virtcard)"'
it 'the settings as installed are understood' lanyardctl config check
it 'settings belong to root' has $settings root:root 644
for folder in lanyard.d anchors intermediates crls responders role-keys; do
    it "the folder of $folder is there" has /etc/lanyard/$folder root:root 755
done
it 'role documents name people, and are not for everybody' has /etc/lanyard/roles root:lanyard 750
it 'the record of tries is nobody else'\''s' has /var/lib/lanyard lanyard:lanyard 700
it 'the audit log is for auditors' has /var/log/lanyard lanyard:lanyard 750
it 'fetched lists have a folder' has /var/cache/lanyard lanyard:lanyard 700
it 'the user cannot log in' sh -ec 'getent passwd lanyard | grep -q ":/usr/sbin/nologin$"'
it 'the unit is enabled' test -L /etc/systemd/system/multi-user.target.wants/lanyardd.service
it 'the unit is understood' says_nothing systemd-analyze verify /usr/lib/systemd/system/lanyardd.service
it 'nothing writes numbers each minute unless somebody wants it' test ! -e /etc/systemd/system/timers.target.wants/lanyard-metrics.timer
for unit in lanyard-metrics.service lanyard-metrics.timer; do
    it "the unit is understood: $unit" says_nothing systemd-analyze verify /usr/lib/systemd/system/$unit
done
for file in $(dpkg --listfiles lanyard | grep '/man/.*\.gz$'); do
    it "a page without a warning: ${file##*/}" says_nothing sh -c 'man --warnings=w --local-file "$0" >/tmp/page && test -s /tmp/page' "$file"
done
it 'apropos finds the pages' sh -ec 'mandb --quiet; whatis lanyardd lanyardctl lanyard.toml lanyardctl-audit-verify'
it 'bash completes' bash -ec '. /usr/share/bash-completion/bash_completion
    _completion_loader lanyardctl || test $? = 124
    COMP_WORDS=(lanyardctl logi) COMP_CWORD=1; _lanyardctl lanyardctl logi lanyardctl; test "${COMPREPLY[*]}" = login'
it 'zsh completes' zsh -efc 'autoload -Uz compinit; compinit -u -d /tmp/zcompdump
    test "$_comps[lanyardctl]" = _lanyardctl; test "$_comps[lanyardd]" = _lanyardd; autoload +X _lanyardctl'
it 'fish completes' fish -c 'complete -C "lanyardctl lo" | string match -q "login*"'

setpriv --reuid=lanyard --regid=lanyard --init-groups lanyardd &
daemon=$!
it 'the daemon serves the bus as its own user' \
    timeout 20 sh -c 'until lanyardctl readers >/dev/null 2>&1; do :; done'
it 'it may be asked by anybody' runuser -u nobody -- lanyardctl cards
it 'it records' lanyardctl audit verify
kill $daemon
wait $daemon
it 'it ends in order' test $? = 0

echo '# Our ward.' >>$settings
echo '[audit]
keep = 7' >/etc/lanyard/lanyard.d/ours.toml
it 'the daemon reads what the administrator adds' sh -ec \
    'lanyardctl config show | grep -qx "keep = 7  # /etc/lanyard/lanyard.d/ours.toml:2"'
echo 'an anchor' >/etc/lanyard/anchors/ours.pem
it 'it is installed once more' installs "$ours"
it 'what the administrator wrote is kept' grep -q '^# Our ward.$' $settings
it 'the next version is installed' installs "$next" "$next_card"
it 'what the administrator wrote is kept again' grep -q '^# Our ward.$' $settings
it 'what the next version has to say is beside it' grep -q 'a later version' $settings.dpkg-dist
it 'the audit log goes on' lanyardctl audit verify

it 'the package is removed' dpkg --remove lanyard lanyard-virtcard
it 'the programs are gone' sh -c '! command -v lanyardd lanyardctl lanyard-virtcard'
it 'the settings are kept' grep -q '^# Our ward.$' $settings
it 'anchors are kept' test -f /etc/lanyard/anchors/ours.pem
it 'the record of tries is kept' test -d /var/lib/lanyard
it 'the audit log is kept' test -s /var/log/lanyard/audit.jsonl

it 'the next version is installed again' installs "$next"
it 'the administrator'\''s settings are those that count' grep -q '^# Our ward.$' $settings
it 'the package is purged' dpkg --purge lanyard lanyard-virtcard
for path in /etc/lanyard /var/lib/lanyard /var/cache/lanyard /etc/systemd/system/multi-user.target.wants/lanyardd.service; do
    it "$path is gone" not test -e $path
done
it 'the audit log is still there' test -s /var/log/lanyard/audit.jsonl
it 'nothing else is left' sh -ec 'left=$(find / -xdev -path /proc -prune -o -path /packages -prune -o -path /dev -prune -o \
    \( -name "*lanyard*" -not -path "/var/log/*" -not -path "/tmp/*" -print \)); test -z "$left" || { echo "$left"; false; }'

rm -r /var/log/lanyard
it 'the package is installed anew' installs "$ours"
it 'and purged, when nothing was recorded' says_nothing sh -c 'dpkg --purge lanyard >/dev/null && ! ls -d /var/log/lanyard 2>/dev/null'

echo "$failures failed"
test $failures = 0
