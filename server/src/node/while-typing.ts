/** What an editor asks while the user types or points: a bundle of its own, since nobody needs the texts of the catalogue before that. */
export { completionsOf, explainItem } from '../features/completion.ts';
export { hoverOf } from '../features/hover.ts';
export { inlayHintsOf } from '../features/inlay-hints.ts';
export { releaseCompletions } from '../features/release-completion.ts';
export { releaseHover } from '../features/release-hover.ts';
