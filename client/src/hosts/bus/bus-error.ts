/** Why a call, or the connection, failed. */
export class BusError extends Error {
  override readonly name = 'BusError';
  readonly reason: 'reply' | 'closed' | 'timeout' | 'cancelled' | 'malformed' | 'rejected';
  /** The D-Bus error name, for `reply`: `org.freedesktop.DBus.Error.AccessDenied`. */
  readonly errorName: string | undefined;

  constructor(reason: BusError['reason'], message: string, options: { readonly errorName?: string; readonly cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.reason = reason;
    this.errorName = options.errorName;
  }
}
