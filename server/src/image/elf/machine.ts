/** Architectures of programs under systemd's names (src/basic/architecture.h), and where their libraries lie. */

/** An architecture by what the head of an ELF file says (elf.h; `EM_*`). */
interface Machine {
  readonly machine: number;
  readonly bits: 32 | 64;
  readonly little: boolean;
  /** As in `ConditionArchitecture=` and `ARCHITECTURE=`. */
  readonly name: string;
  /** The name in Debian's library directories (`/usr/lib/x86_64-linux-gnu`), glibc and musl. */
  readonly triplet: string;
}

const machines: readonly Machine[] = [
  { machine: 62, bits: 64, little: true, name: 'x86-64', triplet: 'x86_64-linux-gnu' },
  { machine: 62, bits: 32, little: true, name: 'x86-64', triplet: 'x86_64-linux-gnux32' },
  { machine: 3, bits: 32, little: true, name: 'x86', triplet: 'i386-linux-gnu' },
  { machine: 183, bits: 64, little: true, name: 'arm64', triplet: 'aarch64-linux-gnu' },
  { machine: 183, bits: 64, little: false, name: 'arm64-be', triplet: 'aarch64_be-linux-gnu' },
  { machine: 40, bits: 32, little: true, name: 'arm', triplet: 'arm-linux-gnueabihf' },
  { machine: 40, bits: 32, little: false, name: 'arm-be', triplet: 'armeb-linux-gnueabi' },
  { machine: 243, bits: 64, little: true, name: 'riscv64', triplet: 'riscv64-linux-gnu' },
  { machine: 243, bits: 32, little: true, name: 'riscv32', triplet: 'riscv32-linux-gnu' },
  { machine: 258, bits: 64, little: true, name: 'loongarch64', triplet: 'loongarch64-linux-gnu' },
  { machine: 21, bits: 64, little: true, name: 'ppc64-le', triplet: 'powerpc64le-linux-gnu' },
  { machine: 21, bits: 64, little: false, name: 'ppc64', triplet: 'powerpc64-linux-gnu' },
  { machine: 20, bits: 32, little: true, name: 'ppc-le', triplet: 'powerpcle-linux-gnu' },
  { machine: 20, bits: 32, little: false, name: 'ppc', triplet: 'powerpc-linux-gnu' },
  { machine: 22, bits: 64, little: false, name: 's390x', triplet: 's390x-linux-gnu' },
  { machine: 22, bits: 32, little: false, name: 's390', triplet: 's390-linux-gnu' },
  { machine: 8, bits: 64, little: true, name: 'mips64-le', triplet: 'mips64el-linux-gnuabi64' },
  { machine: 8, bits: 64, little: false, name: 'mips64', triplet: 'mips64-linux-gnuabi64' },
  { machine: 8, bits: 32, little: true, name: 'mips-le', triplet: 'mipsel-linux-gnu' },
  { machine: 8, bits: 32, little: false, name: 'mips', triplet: 'mips-linux-gnu' },
  { machine: 43, bits: 64, little: false, name: 'sparc64', triplet: 'sparc64-linux-gnu' },
  { machine: 2, bits: 32, little: false, name: 'sparc', triplet: 'sparc-linux-gnu' },
  { machine: 0x9026, bits: 64, little: true, name: 'alpha', triplet: 'alpha-linux-gnu' },
  { machine: 50, bits: 64, little: true, name: 'ia64', triplet: 'ia64-linux-gnu' },
  { machine: 15, bits: 32, little: false, name: 'parisc', triplet: 'hppa-linux-gnu' },
];

/** Of an architecture whose kernels run programs of another one, too: that one's name. */
const alsoRuns: Readonly<Record<string, string>> = {
  'x86-64': 'x86',
  arm64: 'arm',
  ppc64: 'ppc',
  s390x: 's390',
  'mips64-le': 'mips-le',
  mips64: 'mips',
  sparc64: 'sparc',
};

/** The second architecture that systemd looks for on a machine of the first. (`ARCHITECTURE_SECONDARY` in src/basic/architecture.h) */
const secondary: Readonly<Record<string, string>> = { 'x86-64': 'x86', arm64: 'arm', ppc64: 'ppc', 'ppc64-le': 'ppc-le', s390x: 's390' };

/** The architectures of partitions and versions that systemd prefers on a machine, best first; none where the machine's is not known. */
export function preferredOn(machine: string | undefined): readonly string[] {
  return machine === undefined ? [] : [machine, ...(secondary[machine] === undefined ? [] : [secondary[machine]])];
}

/** What an ELF file is made for. */
export interface ElfKind {
  readonly machine: number;
  readonly bits: 32 | 64;
  readonly little: boolean;
}

const machineOf = ({ machine, bits, little }: ElfKind): Machine | undefined =>
  machines.find(row => row.machine === machine && row.bits === bits && row.little === little);

/** systemd's name of the architecture that an ELF file is made for; undefined for one that systemd has no name for. */
export const architectureName = (kind: ElfKind): string | undefined => machineOf(kind)?.name;

/** Debian's name of its library directory; undefined where there is none. */
export const tripletOf = (kind: ElfKind): string | undefined => machineOf(kind)?.triplet;

/** Whether a machine of an architecture runs programs of another one without help (binfmt_misc aside). */
export const runsOn = (program: string, machine: string): boolean => program === machine || alsoRuns[machine] === program;
