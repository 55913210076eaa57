/** Cells of the recorded verdicts that tell of the machine that they were recorded on, not of systemd: each with its reason, skipped in the count. */

export interface Excepted {
  /** `Section.Key`, or `*.Key` for every section. */
  readonly directive: string;
  /** The value, or every value when absent. */
  readonly value?: string;
  readonly version?: number;
  readonly reason: string;
}

export const excepted: readonly Excepted[] = [];

/** Why a cell is left out of the comparison; undefined when it counts. */
export function exception(section: string, key: string, value: string, version: number): string | undefined {
  return excepted.find(
    cell =>
      (cell.directive === `${section}.${key}` || cell.directive === `*.${key}`) &&
      (cell.value === undefined || cell.value === value) &&
      (cell.version === undefined || cell.version === version),
  )?.reason;
}
