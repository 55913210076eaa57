/** What the runner tells the tests in VS Code, through a file that an environment variable names. */
import { readFileSync } from 'node:fs';

export const variable = 'PORTABLE_SERVICES_E2E';

export interface E2eInfo {
  /** The folder that is open: a copy of examples/, complete, made for this run. */
  readonly workspace: string;
  /** Where screenshots and logs go. */
  readonly artifacts: string;
  /** The settings of this VS Code's machine, a file that it follows. */
  readonly settings: string;
  /** Where the user interface scripts lie that this VS Code is for, below test/e2e. */
  readonly scripts: string;
  /** Where the suite leaves its counts. */
  readonly results: string;
  /** The host that is configured and active; absent where none can be booted. */
  readonly host?: E2eHost;
}

/** A throwaway host, by the ways that lead to it. */
export interface E2eHost {
  /** Its name in the settings. */
  readonly name: string;
  readonly systemd: number;
  readonly pidFile: string;
  /**
   * Its names in the ssh configuration that is set as `portableServices.sshConfigFile`: as root, as a user without rights, and as that user
   * with a password and an unknown host key.
   */
  readonly ssh: { readonly root: string; readonly user: string; readonly asking: string };
}

/** Reads it. Throws outside a run. */
export function e2eInfo(): E2eInfo {
  const path = process.env[variable];
  if (!path) throw new Error(`${variable} is not set: these tests are run by npm test`);
  return JSON.parse(readFileSync(path, 'utf8'));
}
