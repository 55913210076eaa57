/** What few runs of portable-lint need: a bundle of its own, so that the others do not load it. */

export { placesInTree } from '../images/image-places.ts';
export { imageQuestions } from '../images/image-questions.ts';
export { rawImagesBeside } from '../images/raw-beside.ts';
export { commands } from './commands/commands.ts';
export { sarifReport } from './formats/sarif.ts';
export { jobsInImage } from './image-jobs.ts';
export { takenVersions } from './taken-versions.ts';
