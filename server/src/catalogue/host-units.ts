/** Units that every host with systemd has or may have, whatever lies in an image (the packages of systemd and D-Bus in Debian, 252 to 262). */

/** A table of names apart by blanks, taken apart when first asked. */
function table(text: string): (name: string) => boolean {
  let names: ReadonlySet<string> | undefined;
  return name => {
    names ??= new Set(text.trim().split(/\s+/));
    return names.has(name);
  };
}

/** Targets, and other units without `systemd-` before their names, without their suffixes. */
const names = {
  target: table(`
    basic blockdev@ bluetooth boot-complete capsule@ clonesetup cryptsetup cryptsetup-pre ctrl-alt-del default emergency exit factory-reset
    factory-reset-now final first-boot-complete getty getty-pre graphical graphical-session graphical-session-pre halt hibernate hybrid-sleep
    imports imports-pre initrd initrd-fs initrd-root-device initrd-root-fs initrd-switch-root initrd-usr-fs integritysetup integritysetup-pre
    kexec local-fs local-fs-pre machines multi-user network network-online network-pre nss-lookup nss-user-lookup paths poweroff printer reboot
    remote-cryptsetup remote-fs remote-fs-pre remote-integritysetup remote-veritysetup rescue rpcbind runlevel0 runlevel1 runlevel2 runlevel3
    runlevel4 runlevel5 runlevel6 shutdown sigpwr sleep slices smartcard sockets soft-reboot sound ssh-access storage-target-mode suspend
    suspend-then-hibernate swap sysinit system-install system-update system-update-pre time-set time-sync timers tpm2 umount usb-gadget
    veritysetup veritysetup-pre xdg-desktop-autostart`),
  service: table(`
    autovt@ capsule@ console-getty container-getty@ dbus dbus-broker debug-shell emergency getty@ getty-static initrd-cleanup
    initrd-parse-etc initrd-switch-root kmod-static-nodes ldconfig modprobe@ polkit quotaon quotaon-root quotaon@ rc-local rescue
    serial-getty@ system-update-cleanup user-runtime-dir@ user@ display-manager syslog network network-manager NetworkManager sshd ssh`),
  socket: table('dbus syslog sshd ssh'),
} as const;

/** Types of units that systemd makes by itself, from what the machine has. */
const made: ReadonlySet<string> = new Set(['device', 'mount', 'automount', 'swap', 'slice', 'scope']);

/** Whether a unit is there, or may be, although nobody's tree holds it. */
export function isHostUnit(name: string): boolean {
  const dot = name.lastIndexOf('.');
  const suffix = name.slice(dot + 1);
  if (made.has(suffix) || name.startsWith('systemd-') || name.startsWith('dbus-org.')) return true;
  if (suffix !== 'target' && suffix !== 'service' && suffix !== 'socket') return false;
  const at = name.indexOf('@');
  return names[suffix](at < 0 ? name.slice(0, dot) : name.slice(0, at + 1));
}
