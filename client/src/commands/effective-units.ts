/** Show Effective Unit, Compare Profiles, New Profile from..., Explain Exposure: their work is done by a bundle of its own. */
import type { CommandContext } from './context.ts';

export const showEffectiveUnit = ({ effective }: CommandContext, argument: unknown): Promise<void> =>
  effective.use((bundle, documents) => bundle.showEffectiveUnit(documents, argument));

export const compareProfiles = (context: CommandContext, argument: unknown, selection: readonly unknown[]): Promise<void> =>
  context.effective.use(bundle => bundle.compareProfiles(context, argument, selection));

export const newProfile = (context: CommandContext): Promise<void> => context.effective.use(bundle => bundle.newProfile(context));

export const explainExposure = ({ effective, language }: CommandContext, argument: unknown): Promise<void> =>
  effective.use(bundle => bundle.explainExposure(language, argument));
