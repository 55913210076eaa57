// dbus-next types only its facade, which brings an XML parser and event-stream along; these are the two parts that we use.

declare module 'dbus-next/lib/dbus-buffer.js' {
  export interface TypeTree {
    readonly type: string;
    readonly child: readonly TypeTree[];
  }
  export default class DBusBuffer {
    constructor(buffer: Buffer, startPos: number, endian: number, fds: null, options: { readonly ayBuffer: boolean });
    readonly buffer: Buffer;
    pos: number;
    align(power: number): void;
    read(signature: string): unknown[];
    readTree(tree: TypeTree): unknown;
    readInt8(): number;
    readString(length: number): string;
    readArray(element: TypeTree, length: number): unknown;
    readVariant(): unknown;
  }
}

declare module 'dbus-next/lib/message.js' {
  interface Outgoing {
    readonly type: number;
    readonly flags: number;
    readonly serial: number;
    readonly destination: string;
    readonly path: string;
    readonly interface: string;
    readonly member: string;
    readonly signature: string;
    readonly body: readonly unknown[];
  }
  const message: { marshall(message: Outgoing): [Buffer, unknown[]] };
  export default message;
}
