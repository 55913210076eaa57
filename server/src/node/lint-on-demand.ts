/** What few runs of portable-lint need: a bundle of its own, so that the others do not load it. */

import { createImagePool } from './image-pool.ts';
import { type ImageQuestions, imageQuestions as questions } from './image-questions.ts';

export { commands } from './commands/commands.ts';
export { jobsInImage } from './image-jobs.ts';
export { placesInTree } from './image-places.ts';
export { sarifReport } from './report/sarif.ts';

/** Asks images, directories and raw ones, for one run. */
export const imageQuestions = (): ImageQuestions => questions(createImagePool());
