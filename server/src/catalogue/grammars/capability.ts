/** Capabilities and secure bits. systemd is silent about unknown ones and about open quotes, and drops them. */
import { invertible } from './inverted.ts';
import { list } from './list.ts';
import { words } from './words.ts';

/** The kernel's capabilities (capabilities(7), include/uapi/linux/capability.h). */
const capabilities = words(`
  cap_audit_control cap_audit_read cap_audit_write cap_block_suspend cap_bpf cap_checkpoint_restore cap_chown cap_dac_override
  cap_dac_read_search cap_fowner cap_fsetid cap_ipc_lock cap_ipc_owner cap_kill cap_lease cap_linux_immutable cap_mac_admin
  cap_mac_override cap_mknod cap_net_admin cap_net_bind_service cap_net_broadcast cap_net_raw cap_perfmon cap_setfcap cap_setgid
  cap_setpcap cap_setuid cap_sys_admin cap_sys_boot cap_sys_chroot cap_sys_module cap_sys_nice cap_sys_pacct cap_sys_ptrace
  cap_sys_rawio cap_sys_resource cap_sys_time cap_sys_tty_config cap_syslog cap_wake_alarm`);

/** CapabilityBoundingSet=, AmbientCapabilities=: names, after a `~` all but them (config_parse_capability_set). */
export const capabilitySet = invertible(
  list({
    name: 'capabilities',
    kind: 'capability',
    empty: 'read',
    split: { quotes: 'remove', relaxed: true },
    judge: () => undefined,
    words: ({ version }) => capabilities.all(version).map(name => name.toUpperCase()),
  }),
);

const secureBitNames = words('keep-caps keep-caps-locked no-setuid-fixup no-setuid-fixup-locked noroot noroot-locked');

/** SecureBits= (secure_bits_from_string). */
export const secureBits = list({
  name: 'secure bits',
  kind: 'secure bit',
  split: { quotes: 'remove', relaxed: true },
  judge: () => undefined,
  words: ({ version }) => secureBitNames.all(version),
});

/** BPFDelegateCommands= and its siblings: names apart by commas (bpf_delegate_*_from_string). */
export const bpfDelegation = list({
  name: 'BPF delegation',
  kind: 'BPF name',
  split: { separators: ',', relaxed: true },
  judge: () => undefined,
  words: () => ['any'],
});
