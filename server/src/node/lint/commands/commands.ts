/** The commands of portable-lint beside linting, by their names. */
import type { Command } from './common.ts';
import { exposure } from './exposure.ts';
import { plan } from './plan.ts';
import { show } from './show.ts';

export const commands = { exposure, plan, show } satisfies Readonly<Record<string, Command>>;
