import { endianness } from 'node:os';

/** Architectures by Node's name under systemd's (src/basic/architecture.c). */
const names: Readonly<Record<string, string>> = {
  ...{ x64: 'x86-64', ia32: 'x86', arm64: 'arm64', arm: 'arm', riscv64: 'riscv64', loong64: 'loongarch64', s390x: 's390x' },
  ...{ ppc64: endianness() === 'BE' ? 'ppc64' : 'ppc64-le', mips: 'mips', mipsel: 'mips-le' },
};

/** This machine's architecture under systemd's name; undefined for one that systemd does not know. */
export const thisMachine: string | undefined = names[process.arch];
