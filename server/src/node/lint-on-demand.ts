/** What few runs of portable-lint need: a bundle of its own, so that the others do not load it. */

export { commands } from './commands/commands.ts';
export { jobsInImage } from './image-jobs.ts';
export { placesInTree } from './image-places.ts';
export { imageQuestions } from './image-questions.ts';
export { rawImagesBeside } from './raw-beside.ts';
export { sarifReport } from './report/sarif.ts';
export { takenVersions } from './taken-versions.ts';
