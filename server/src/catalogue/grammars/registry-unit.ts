/** Parsers of what surrounds a process: units, conditions, sockets, timers, paths, mounts, addresses, devices. Names as in parsers.ts. */
import { nullCondition, pathCondition, textCondition } from './conditions.ts';
import { delegate, disabledControllers, oomRules } from './controllers.ts';
import { allowedSet, cpuAffinity, numaMask } from './cpu-set.ts';
import {
  mountsFor,
  obsoleteDependencies,
  serviceSockets,
  slice,
  socketService,
  symlinks,
  triggeredUnit,
  unitDependencies,
} from './dependencies.ts';
import { blockBandwidth, blockDeviceWeight, deviceAllow, deviceLatency, deviceLimit, deviceWeight } from './devices.ts';
import { documentation } from './documentation.ts';
import { exitStatuses } from './exit-statuses.ts';
import { but, type Grammar } from './grammar.ts';
import { installGrammars } from './install.ts';
import { boundDevice, boundInterface, restrictedInterfaces } from './interface-name.ts';
import { addressPrefixes } from './ip-address.ts';
import { listenAddress, listenFifo, listenPath, listenSpecial } from './listen-address.ts';
import { calendarEvent, timerSpan } from './timers.ts';
import { bindRule, bpfProgram, filterProgram, nftSets } from './traffic.ts';
import { descriptorName, emergencyAction, extendedAttribute, isolates, jobMode, rebootArgument, swapPriority, what } from './unit-words.ts';

export const unitGrammars: Readonly<Record<string, Grammar>> = {
  ...installGrammars,

  // units and what they name
  documentation,
  unit_deps: unitDependencies,
  obsolete_unit_deps: obsoleteDependencies,
  unit_mounts_for: mountsFor,
  unit_slice: slice,
  service_sockets: serviceSockets,
  socket_service: socketService,
  trigger_unit: triggeredUnit,

  // when and whether
  unit_condition_path: pathCondition,
  unit_condition_string: textCondition,
  unit_condition_null: nullCondition,
  'timer/calendar': calendarEvent,
  'timer/span': timerSpan,
  path_spec: but(filterProgram, { name: 'watched path' }),
  job_mode: jobMode,
  job_mode_isolate: isolates,
  emergency_action: emergencyAction,
  reboot_parameter: rebootArgument,
  set_status: exitStatuses,

  // sockets, mounts, swaps
  'socket_listen/socket': listenAddress,
  'socket_listen/fifo': listenFifo,
  'socket_listen/special': listenSpecial,
  'socket_listen/mqueue': listenPath,
  'socket_listen/usb-function': listenPath,
  socket_bindtodevice: boundDevice,
  unit_path_strv_printf: symlinks,
  fdname: descriptorName,
  socket_xattr: extendedAttribute,
  mount_node: what,
  swap_priority: swapPriority,

  // resource control
  exec_cpu_affinity: cpuAffinity,
  numa_mask: numaMask,
  unit_cpu_set: allowedSet,
  device_allow: deviceAllow,
  io_device_weight: deviceWeight,
  io_limit: deviceLimit,
  io_device_latency: deviceLatency,
  blockio_device_weight: blockDeviceWeight,
  blockio_bandwidth: blockBandwidth,
  delegate,
  disable_controllers: disabledControllers,
  oom_rules: oomRules,
  in_addr_prefixes: addressPrefixes,
  ip_filter_bpf_progs: filterProgram,
  bpf_foreign_program: bpfProgram,
  cgroup_socket_bind: bindRule,
  restrict_network_interfaces: restrictedInterfaces,
  bind_network_interface: boundInterface,
  cgroup_nft_set: nftSets,
};
