/** What was chosen when an image was last attached with options, by host and image: the next attach there offers and uses it again. */
import { type AttachOptions, copyModes, forTesting } from '../hosts/attach/attach-options.ts';

/** The choices of this user. */
export interface RememberedChoices {
  /** The last choice; undefined where none was made. */
  of(hostId: string, imagePath: string): AttachOptions | undefined;
  remember(hostId: string, imagePath: string, options: AttachOptions): Promise<void>;
}

/** Where they are kept; `ExtensionContext.globalState` is one. */
export interface Memory {
  get(key: string): unknown;
  update(key: string, value: unknown): PromiseLike<void>;
}

const key = 'portableServices.attachChoices';

/** Images come and go: of so many, the oldest choice is forgotten. */
const most = 200;

/** Reads with care: another version of this extension may have written it. */
export function createRememberedChoices(memory: Memory): RememberedChoices {
  const entries = (): readonly (readonly [string, unknown])[] => {
    const value = memory.get(key);
    return Array.isArray(value) ? value.filter(entry => Array.isArray(entry) && typeof entry[0] === 'string') : [];
  };
  const id = (hostId: string, imagePath: string): string => `${hostId}\n${imagePath}`;
  return {
    of: (hostId, imagePath) => {
      const entry = entries().find(([name]) => name === id(hostId, imagePath));
      return entry && asOptions(entry[1]);
    },
    remember: async (hostId, imagePath, options) => {
      const name = id(hostId, imagePath);
      const others = entries().filter(([other]) => other !== name);
      await memory.update(key, [...others, [name, options]].slice(-most));
    },
  };
}

/** The value where it holds options, each of its type. */
function asOptions(value: unknown): AttachOptions | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const get = (name: keyof AttachOptions): unknown => Reflect.get(value, name);
  const truth = (name: 'runtime' | 'enable' | 'start' | 'reload' | 'force'): boolean => {
    const found = get(name);
    return typeof found === 'boolean' ? found : forTesting[name];
  };
  const list = (name: 'prefixes' | 'extensions' | 'brings'): readonly string[] => {
    const found = get(name);
    return Array.isArray(found) ? found.filter(item => typeof item === 'string') : [];
  };
  const profile = get('profile');
  return {
    profile: typeof profile === 'string' ? profile : forTesting.profile,
    prefixes: list('prefixes'),
    extensions: list('extensions'),
    brings: list('brings'),
    runtime: truth('runtime'),
    copyMode: copyModes.find(mode => mode === get('copyMode')) ?? forTesting.copyMode,
    enable: truth('enable'),
    start: truth('start'),
    reload: truth('reload'),
    force: false, // asked anew each time, with what it would write over
  };
}
