/** What is in front of the last slash of a path; nothing where there is none. */
export const parentOf = (path: string): string => path.slice(0, Math.max(path.lastIndexOf('/'), 0));

/** What is behind it. */
export const baseOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
