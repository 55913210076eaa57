/** Where the parts tell what they do. VS Code's `LogOutputChannel` is one; tests hand in a list. */
export interface Log {
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}
