# Makes a guest: SUITE FOLDER FILES. In FOLDER: disk, kernel, initrd.
#
# Everything of the running system but what nobody uses in here: no documents, no drivers for graphics,
# sound, radio. FILES is laid over the tree. The disk is as small on the real one as what is on it.
set -eu
suite=$1 folder=$2 files=$3
tree=$folder/tree

packages=systemd-sysv,dbus,udev,pcscd,libccid,polkitd,libpam-systemd,login,kmod,util-linux,opensc
kernel=linux-image-amd64,initramfs-tools

mmdebstrap --mode=root --variant=minbase --format=directory --quiet \
    --aptopt='APT::Install-Recommends "false"' \
    --dpkgopt='force-unsafe-io' \
    --dpkgopt='path-exclude=/usr/share/man/*' \
    --dpkgopt='path-exclude=/usr/share/doc/*' \
    --dpkgopt='path-exclude=/usr/share/locale/*' \
    --dpkgopt='path-exclude=/*/modules/*/kernel/drivers/gpu/*' \
    --dpkgopt='path-exclude=/*/modules/*/kernel/drivers/infiniband/*' \
    --dpkgopt='path-exclude=/*/modules/*/kernel/drivers/media/*' \
    --dpkgopt='path-exclude=/*/modules/*/kernel/drivers/net/*' \
    --dpkgopt='path-exclude=/*/modules/*/kernel/drivers/scsi/*' \
    --dpkgopt='path-exclude=/*/modules/*/kernel/sound/*' \
    --essential-hook='mkdir -p "$1/etc/initramfs-tools/conf.d" "$1/usr/share/initramfs-tools/modules.d"' \
    --essential-hook='echo MODULES=list >"$1/etc/initramfs-tools/conf.d/small"' \
    --essential-hook='printf "virtio_pci\nvirtio_blk\next4\n" >"$1/usr/share/initramfs-tools/modules.d/disk"' \
    --include="$packages,$kernel" \
    "$suite" "$tree"

cp -r "$files/." "$tree/"
chmod 755 "$tree/usr/local/sbin/lanyard-shell"
echo lanyard-guest >"$tree/etc/hostname"
echo '/dev/vda / ext4 noatime 0 1' >"$tree/etc/fstab"
chroot "$tree" systemctl --quiet enable lanyard-shell.service

cp "$tree"/boot/vmlinuz-* "$folder/kernel"
cp "$tree"/boot/initrd.img-* "$folder/initrd"
mke2fs -q -t ext4 -d "$tree" "$folder/disk" 4G
rm -rf "$tree"
