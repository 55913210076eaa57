/**
 * What a second assignment of a directive does, and an empty one. Both follow from the function that reads the value (src/core/load-fragment.c),
 * so the tables name parsers as parsers.ts does; test/hosts holds them against what real systemd makes of units with such lines.
 */
import { judgeValue } from './grammars/index.ts';
import { parserOf } from './parsers.ts';

/** `replaces`: the last assignment counts. `adds`: each adds to those before. `first`: later ones are ignored with a warning. */
export type Repetition = 'replaces' | 'adds' | 'first';

/**
 * `resets`: back to the default. `clears`: forgets all assignments before it. `clears-kin`: also those of directives that fill the same list,
 * as every condition, every `Listen...=` or every `On...=` of a timer. `nothing`: no effect, and no word.
 * `ignored`: no effect, with a warning. `refused`: the unit does not load.
 */
export type Emptiness = 'resets' | 'clears' | 'clears-kin' | 'nothing' | 'ignored' | 'refused';

/** Parsers that add to what was assigned before. */
const adding: ReadonlySet<string> = new Set(
  `address_families bind_paths blockio_bandwidth blockio_device_weight bpf_foreign_program capability_set cgroup_nft_set cgroup_socket_bind
   colon_separated_paths delegate device_allow disable_controllers documentation environ exec exec_coredump_filter exec_cpu_affinity
   exec_directories exec_input_data exec_input_text extension_images import_credential in_addr_prefixes install_alias install_also install_units
   io_device_latency io_device_weight io_limit ip_filter_bpf_progs load_credential log_extra_fields log_filter_patterns luo_session mount_images
   namespace_flags namespace_path_strv numa_mask obsolete_unit_deps oom_rules open_file pass_environ path_spec refresh_on_reload
   restrict_filesystems restrict_network_interfaces root_image_options service_sockets set_credential set_credential/encrypted set_status
   socket_listen/fifo socket_listen/mqueue socket_listen/socket socket_listen/special socket_listen/usb-function socket_xattr syscall_archs
   syscall_filter syscall_log temporary_filesystems timer/calendar timer/span unit_condition_null unit_condition_path unit_condition_string
   unit_cpu_set unit_deps unit_env_file unit_mounts_for unit_path_strv_printf unset_environ user_group_strv_compat`.split(/\s+/),
);

/** Parsers that take a list of which nothing can be taken back: an empty assignment names nothing to add. */
const lasting: ReadonlySet<string> = new Set('unit_deps obsolete_unit_deps unit_mounts_for service_sockets install_also'.split(' '));

/** Parsers of directives that fill one list together. */
const kin = /^(unit_condition_|socket_listen\/|timer\/|path_spec$|exec_input_(text|data)$)/;

/** What a second assignment of a directive does in that version. */
export function repetitionOf(section: string, name: string, version: number): Repetition {
  const parser = parserOf(section, name) ?? '';
  if (parser === 'trigger_unit') return 'first';
  // 257 still adds, 262 does not; in which version between them that changed was not seen
  if (parser === 'root_image_options' && version > 257) return 'replaces';
  return adding.has(parser) ? 'adds' : 'replaces';
}

/** What an empty assignment of a directive does in that version. */
export function emptinessOf(section: string, name: string, version: number): Emptiness {
  const parser = parserOf(section, name) ?? '';
  // judged as in a drop-in, where [Scope] has values, too
  const faults = judgeValue(section, name, '', { version, section, key: name, unitType: section.toLowerCase(), dropIn: true });
  if (faults.some(f => f.outcome === 'refused')) return 'refused';
  if (faults.length > 0) return 'ignored';
  if (lasting.has(parser)) return 'nothing';
  if (repetitionOf(section, name, version) !== 'adds') return 'resets';
  return kin.test(parser) ? 'clears-kin' : 'clears';
}
