/** Where fresh values begin: a few right and nearly right ones for every parser of ../../server/src/catalogue/parsers.ts, and pieces to change them with. */

/** Values apart by ` ¦ `, by parser; a row may name several. */
const table = `
bool bool/strict tristate private_bpf private_pids: yes ¦ no ¦ 1 ¦ 0 ¦ on ¦ OFF ¦ True ¦ f ¦ y
int unsigned long long/size exit_status tty_size exec_nice exec_oom_score_adjust exec_io_priority exec_cpu_sched_prio swap_priority: 0 ¦ 1 ¦ 19 ¦ 255 ¦ -5 ¦ +7 ¦ 0x1F ¦ 0b101 ¦ 0o17 ¦ 017 ¦ 99
concurrency_max activating_concurrency_max: 5 ¦ infinity ¦ 0
mode: 0755 ¦ 7777 ¦ 022 ¦ 0
iec_size: 64K ¦ 1.5G ¦ 4096 ¦ 1M 3K ¦ 10B
sec sec_fix_0 sec_def_infinity job_timeout_sec service_timeout service_timeout_abort timer/span nsec managed_oom_mem_pressure_duration_sec: 5s ¦ 1h 30min ¦ 500ms ¦ 1.5h ¦ infinity ¦ 2month ¦ 1y ¦ 5us ¦ 7µs ¦ 3 weeks 2d ¦ .5s ¦ 100ns
signal: SIGTERM ¦ KILL ¦ 9 ¦ SIGRTMIN+3 ¦ RTMAX-2 ¦ sigusr1 ¦ RTMIN ¦ 64
syscall_errno: EPERM ¦ 13 ¦ kill ¦ EUCLEAN ¦ 4095 ¦ ENOANO
rlimit/size rlimit/count rlimit/sec rlimit/usec rlimit/nice: 1024 ¦ 10G:infinity ¦ 1:2 ¦ infinity ¦ 5s:1min ¦ 1K:2M ¦ +5 ¦ -10:40 ¦ 2:1
unit_path_printf unit_path_printf/strict mount_node: /a/b ¦ /run/%n ¦ /a/./b/ ¦ %t/x ¦ /dev/tty1 ¦ "/a b" ¦ /a/../b
working_directory: /a ¦ ~ ¦ -/a ¦ -~ ¦ %h/x
pid_file: /run/x.pid ¦ x.pid ¦ %t/%n.pid ¦ /var/run/x.pid
path_spec ip_filter_bpf_progs: /a/b ¦ /a/*.c ¦ %h/x ¦ /sys/fs/bpf/x
unit_path_strv_printf: /run/a /run/b ¦ /run/%n ¦ "/a b" /c
user_group_compat user_group_strv_compat: root ¦ user-name ¦ 65534 ¦ User_1 ¦ %u ¦ adm wheel ¦ a.b ¦ 0 ¦ user$
string unit_string_printf reboot_parameter: some text ¦ %n at %H ¦ a "b" c ¦ reno ¦ x=1,y
exec_selinux_context exec_apparmor_profile exec_smack_process_label: label ¦ -profile ¦ system_u:object_r:x_t:s0 ¦ %n
log_namespace: foo ¦ %i ¦ a-b.c ¦ %n
bus_name: org.example.Foo1 ¦ a.b ¦ org.%p.X ¦ com.example_x.Y-z ¦ :1.5
luo_session fdname: name ¦ a-b ¦ %n ¦ stored
exec_coredump_filter: private-anonymous shared-anonymous ¦ 0x33 ¦ all ¦ default elf-headers ¦ ff
exec_io_class: best-effort ¦ realtime ¦ 2 ¦ idle ¦ none
exec_cpu_sched_policy: rr ¦ fifo ¦ other ¦ 3 ¦ batch ¦ ext
numa_policy: bind ¦ default ¦ 2 ¦ local ¦ interleave
numa_mask exec_cpu_affinity unit_cpu_set: 0-3 ¦ 0,2 ¦ 1 3 5-7 ¦ all ¦ numa ¦ 0-9999 ¦ 3-1 ¦ 0-3,5
log_facility: daemon ¦ local3 ¦ 7 ¦ kern
log_level: info ¦ debug ¦ 7 ¦ emerg
cg_weight cg_cpu_weight blockio_weight cpu_shares: 100 ¦ 1 ¦ 10000 ¦ idle ¦ 500 ¦ 1000 ¦ 262144
cpu_quota: 50% ¦ 200% ¦ 0.5% ¦ 33.33%
cpuset_partition: member ¦ root ¦ isolated
memory_limit memory_limit/min memory_limit/startup-default memory_limit/legacy tasks_max exec_quota: 1G ¦ 50% ¦ infinity ¦ 0 ¦ 1.5M ¦ 33.3% ¦ 500 ¦ off ¦ 10K
managed_oom_mode: auto ¦ kill
managed_oom_mem_pressure_limit managed_oom_mem_pressure_limit_percent: 50% ¦ 33.33% ¦ 0% ¦ 12.5‰ ¦ 15‱
managed_oom_preference: avoid ¦ omit ¦ none
memory_pressure_watch: auto ¦ on ¦ skip ¦ off
device_policy: closed ¦ strict ¦ auto
device_allow: /dev/null rw ¦ char-tty r ¦ block-* rwm ¦ /dev/sda ¦ char-pts ¦ /run/systemd/inaccessible/chr m ¦ char-4
io_device_weight blockio_device_weight: /dev/sda 100 ¦ / 500 ¦ /a/b 1 ¦ "/a b" 10
io_limit blockio_bandwidth: /dev/sda 10M ¦ / 1G ¦ /a infinity ¦ "/a b" 1.5K
io_device_latency: /dev/sda 25ms ¦ / 1s ¦ /a 5
delegate: yes ¦ cpu memory io ¦ pids bogus ¦ no
delegate_subgroup: sub ¦ a.b ¦ %n ¦ a/b ¦ cgroup.procs
disable_controllers: cpu memory ¦ pids ¦ io bogus
in_addr_prefixes: 10.0.0.0/8 ¦ ::1/128 ¦ any ¦ localhost 10.0.0.1 ¦ link-local multicast ¦ fe80::/10 ¦ 1.2.3.4/33 ¦ ::ffff:1.2.3.4
oom_rules: kill ¦ rule1 rule2 ¦ a-b
bpf_foreign_program: ingress:/sys/fs/bpf/x ¦ egress:/sys/fs/bpf/y ¦ sock_create:/a ¦ device:/sys/fs/bpf/d
cgroup_socket_bind: ipv4:tcp:80 ¦ any ¦ tcp:80-90 ¦ ipv6:udp ¦ udp:1024-65535 ¦ 443 ¦ ipv4 ¦ any:any
restrict_network_interfaces: eth0 ¦ ~lo eth1 ¦ wlan-0 ¦ a b c
bind_network_interface socket_bindtodevice: eth0 ¦ %i ¦ vrf-1 ¦ lo
cgroup_nft_set: cgroup:inet:filter:set ¦ user:ip6:t:s ¦ cgroup:netdev:a:b group:arp:c:d ¦ id:bridge:x:y
unit_slice: a-b.slice ¦ system.slice ¦ -.slice ¦ user-%i.slice ¦ x.slice
unit_deps obsolete_unit_deps: foo.service bar.socket ¦ a@b.service ¦ %p.target ¦ -.mount ¦ dev-sda.device ¦ foo@%i.service x\\x2dy.mount ¦ @x.service
service_sockets: foo.socket ¦ a.socket b.socket ¦ %p.socket
socket_service: foo.service ¦ a@b.service ¦ %p.service
trigger_unit: foo.service ¦ a@b.service ¦ %p.target ¦ x.timer
unit_mounts_for: /a /b ¦ /var/lib/%n ¦ "/a b" ¦ /a\\x20b ¦ /
documentation: man:foo(5) ¦ https://example.com/x ¦ file:/x info:y http://a ¦ man:%n
job_mode: replace ¦ fail ¦ isolate ¦ ignore-dependencies ¦ replace-irreversibly
job_mode_isolate: yes ¦ no
emergency_action: reboot ¦ none ¦ exit-force ¦ poweroff-immediate ¦ kexec ¦ soft-reboot ¦ halt
unit_condition_path: /a ¦ !/a ¦ |/a ¦ |!/a/*.c ¦ %h/x ¦ ! /a
unit_condition_string: x ¦ !x ¦ |y ¦ |!vm ¦ >=5.10 ¦ root ¦ %u ¦ 50%/1min ¦ system ¦ a=b
unit_condition_null: yes ¦ !no ¦ |true
collect_mode: inactive ¦ inactive-or-failed
exec: /bin/true a b ¦ -/bin/true ¦ @/bin/sh sh -c "x y" ¦ +/bin/true ; /bin/false ¦ !!/bin/true %n ¦ :/bin/echo $X \${Y} ¦ true \\; x ¦ /bin/echo 'a b' "c\\n" ¦ |/bin/sh ¦ /bin/echo \\x41 %% ¦ -@/a/./b/../c d
environ: A=1 B=2 ¦ "A=b c" ¦ A=%n ¦ A="x" 'B=y z' ¦ A=\\x41 ¦ A_1= 1A=x
unit_env_file: /a/b ¦ -/a/*.env ¦ %h/x
pass_environ unset_environ: A B ¦ A=1 B ¦ %n ¦ A_B 1X
exec_input: null ¦ tty ¦ tty-force ¦ socket ¦ fd:stdin ¦ file:/tmp/x ¦ data ¦ fd ¦ fd:%i
exec_output: journal ¦ kmsg+console ¦ inherit ¦ file:/tmp/x ¦ append:/a ¦ truncate:%h/x ¦ fd:out ¦ syslog ¦ tty ¦ socket
exec_input_text: hello\\nworld ¦ %n ¦ a b\\x41 ¦ "x"
exec_input_data: aGVsbG8= ¦ aGVs bG8= ¦ AA== ¦ Zm9v
log_extra_fields: A=1 ¦ FOO_BAR=x BAZ=y ¦ "A=b c" ¦ %n=1 ¦ _A=1
log_filter_patterns: foo.* ¦ ~bar ¦ [a-z]+x ¦ ~(a|b) ¦ \\d+
exec_secure_bits: keep-caps noroot ¦ no-setuid-fixup-locked ¦ keep-caps-locked noroot-locked
capability_set: CAP_SYS_ADMIN ¦ ~CAP_NET_RAW CAP_CHOWN ¦ cap_kill ¦ 21 ¦ ~ ¦ CAP_BPF CAP_BOGUS
bpf_delegate_commands bpf_delegate_maps bpf_delegate_programs bpf_delegate_attachments: any ¦ BPFMapCreate ¦ BPFMapCreate,BPFProgLoad ¦ 0x3
syscall_filter: @system-service ¦ ~@mount ¦ open:EPERM read ¦ @clock:kill ¦ openat2 ¦ ~reboot:13 swapon ¦ bogus_call
syscall_log: @system-service ¦ ~@mount open ¦ read
syscall_archs: native ¦ x86-64 x86 ¦ arm64 ¦ x32
namespace_flags: yes ¦ no ¦ cgroup ipc ¦ ~user ¦ net mnt uts pid ¦ ~user net ¦ time
address_families: AF_INET AF_INET6 ¦ ~AF_PACKET ¦ none ¦ AF_UNIX ¦ ~none
restrict_filesystems: ext4 tmpfs ¦ ~proc ¦ @basic-api ¦ ~@network xfs
namespace_path_strv: /a /b ¦ -/a +/b ¦ -+/a ¦ %t/x ¦ "/a b" ¦ /a\\x20b
colon_separated_paths: /a:/b ¦ /usr/bin ¦ %h/bin:/x ¦ /a\\:b:/c
bind_paths: /a:/b ¦ /a:/b:norbind ¦ -/a:/b:rbind ¦ /a /b ¦ "/a b:/c" ¦ /a\\:b:/c ¦ %h/x:/y ¦ /a:/b:idmap
temporary_filesystems: /a ¦ /a:ro,nosuid ¦ /a:mode=0755 /b ¦ %t/x:size=10% ¦ "/a b:x y"
private_tmp: yes ¦ disconnected ¦ no
protect_control_groups: yes ¦ private ¦ strict ¦ no
private_users: yes ¦ self ¦ identity ¦ full ¦ managed ¦ no
private_mounts: yes ¦ no
protect_system: strict ¦ full ¦ yes ¦ no
protect_home: read-only ¦ tmpfs ¦ yes ¦ no
protect_hostname: yes ¦ private ¦ yes:host ¦ private:%i.example ¦ no
exec_mount_propagation_flag: shared ¦ slave ¦ private
personality: x86 ¦ x86-64
exec_preserve_mode: yes ¦ restart ¦ no
exec_directories: foo ¦ a/b c ¦ foo:bar ¦ foo:bar:ro ¦ %n ¦ "a b" ¦ a:b:RO c::ro ¦ a\\:b:c
set_credential: foo:literal ¦ a.b:%n x ¦ foo:a\\nb ¦ foo: ¦ %i:x
set_credential/encrypted: foo:aGVsbG8= ¦ foo:AA== ¦ foo:Zm9v Zm9v
load_credential: foo:/path ¦ foo ¦ foo:bar ¦ %n:/x/%i ¦ foo:%d/x ¦ a:/b c
import_credential: foo.* ¦ foo ¦ foo.*:bar. ¦ a:b ¦ *
exec_utmp_mode: init ¦ login ¦ user
memory_thp: inherit ¦ madvise ¦ disable
kill_mode: control-group ¦ mixed ¦ process ¦ none
root_image_options: ro ¦ root:ro,nosuid ¦ root:ro home:nodev ¦ usr:x,y
image_policy: root=verity+signed:usr=absent ¦ * ¦ - ¦ ~ ¦ root=open ¦ =unused+absent ¦ root=unprotected+read-only-on:home=encrypted+growfs-off ¦ root=squashfs+ext4
exec_root_hash: 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef ¦ /a/b.roothash ¦ 0123456789abcdef0123456789abcdef ¦ %h/x
exec_root_hash_sig: /a/b.p7s ¦ base64:aGVsbG8= ¦ %h/x
extension_images: /a.raw ¦ /a.raw:root:ro,x ¦ -/a.raw /b.raw ¦ /a.raw:nosuid ¦ "/a b.raw"
mount_images: /a.raw:/b ¦ /a.raw:/b:nosuid ¦ -/a.raw:/b:root:ro ¦ "/a b:/c" ¦ /a\\:b:/c
service_type: simple ¦ notify ¦ notify-reload ¦ oneshot ¦ forking
service_exit_type: main ¦ cgroup
service_restart: on-failure ¦ always ¦ on-abnormal
service_restart_mode: direct ¦ normal ¦ debug
service_timeout_failure_mode: terminate ¦ abort ¦ kill
set_status: 1 2 ¦ SIGKILL ¦ 250 SIGTERM ¦ DATAERR ¦ EXIT_FAILURE ¦ 255 KILL
notify_access: main ¦ all ¦ exec
oom_policy: continue ¦ stop ¦ kill
open_file: /a ¦ /a:name ¦ /a:name:read-only ¦ /a::graceful ¦ /a:n:append,graceful ¦ %h/x:y:truncate ¦ "/a:b"
refresh_on_reload: extensions ¦ credentials ¦ ~extensions ¦ yes ¦ no
socket_listen/socket: /run/x ¦ @abstract ¦ 80 ¦ 127.0.0.1:80 ¦ [::1]:443 ¦ vsock::1234 ¦ vsock:2:1 ¦ 10.0.0.1:65535 ¦ [fe80::1]:5%eth0 ¦ route 1 ¦ kobject-uevent ¦ %t/x ¦ @a%n
socket_listen/fifo socket_listen/special socket_listen/mqueue socket_listen/usb-function: /run/x ¦ /a%n ¦ %t/x ¦ /a/./b
socket_protocol: udplite ¦ sctp ¦ 136
socket_bind: both ¦ ipv6-only ¦ default ¦ yes
ip_tos: low-delay ¦ 16 ¦ throughput
socket_timestamping: us ¦ ns ¦ off ¦ µs
socket_defer_trigger: yes ¦ no ¦ patient
socket_xattr: user.a=1 ¦ user.a=b user.c=%n ¦ security.x=1
timer/calendar: daily ¦ Mon..Fri 10:00 ¦ *-*-* 04:00:00 ¦ *:0/15 ¦ Mon,Tue *-*-1..7 12:00 Europe/Berlin ¦ 2026-02-28 ¦ *-*~3 ¦ Sun 2020..2030/2-06-15 00:00:00.5 UTC ¦ @1395716396 ¦ hourly ¦ 12:30:15/5
`;

let read: ReadonlyMap<string, readonly string[]> | undefined;

/** The seeds of a parser; none for one that the table lacks. */
export function seedsOf(parser: string): readonly string[] {
  read ??= new Map(
    table
      .trim()
      .split('\n')
      .flatMap(row => {
        const colon = row.indexOf(': ');
        const seeds = row.slice(colon + 2).split(' ¦ ');
        return row
          .slice(0, colon)
          .split(' ')
          .map(parser => [parser, seeds] as const);
      }),
  );
  return read.get(parser) ?? [];
}

/** Numbers at the edges of the ranges that systemd knows, as texts. */
export const numbers: readonly string[] = [
  ...'0 1 2 7 8 10 12 19 20 21 22 23 24 30 31 32 59 60 63 64 65 99 100 101 127 128 255 256 500 511 512 999 1000 1001 1023 1024 4095 4096'.split(
    ' ',
  ),
  ...'9999 10000 10001 65534 65535 65536 262144 262145 999999 1000000 2147483647 2147483648 4294967294 4294967295 4294967296'.split(' '),
  ...'9223372036854775807 9223372036854775808 18446744073709551614 18446744073709551615 18446744073709551616 99999999999999999999999'.split(
    ' ',
  ),
  ...'-1 -2 -5 -20 -21 -1000 -1001 -2147483648 -2147483649 -9223372036854775808 +0 +1 ++1 -0 00 01 007 08 0x 0x0 0xFF 0Xff 0b1 0b2 0o7 0o8'.split(
    ' ',
  ),
  ...'1.0 1.5 .5 5. 1.55 1.555 0.001 1e3 1_000 1,5 ٣'.split(' '),
];

/** Pieces that systemd's parsers stumble over, put in anywhere. */
export const pieces: readonly string[] = [
  ...[...'abzA019-_.:/@,;!~+=%$"\'\\|*?[](){}<>#&^`'],
  ...'%i %I %n %N %p %P %f %h %t %S %C %E %d %u %U %H %v %y %c %j %m %% %Z %z %! %1'.split(' '),
  ...'\\n \\t \\s \\x41 \\x00 \\xff \\xg \\101 \\400 \\u00fc \\ud800 \\U0010ffff \\q \\\\ \\" \\: \\; \\_'.split(' '),
  ...'B K M G T P E Ki KB s ms us µs μs min h d w month y M sec % ‰ ‱ infinity'.split(' '),
  ...'.. . // /. /.. /../ ~ -- ::: -. @. .service .socket .slice .target .mount'.split(' '),
  ...['ü', '日本', '😀', '\u00a0', '\u2028', '\ufeff', '\u0301', '\x01', '\x1b[31m', '\x7f', '\v', '\f'],
  ...[' ', '\t', '  ', ' \t ', ' ; ', ' : ', ' , ', '""', "''", '" "', '{}', '$$', '$A'],
];
