/** Why units failed. Loaded when one did: its tables are large, and most of the time nobody asks. */
export { explainFailure } from './explain.ts';
export { gatherFacts } from './gather.ts';
export { explainUnits, startFailure } from './start-failure.ts';
