import type { Problem } from './problem.ts';

/** Why this is no release as `1.31` or `1.31.2`; undefined if it is one. */
export function versionProblem(text: string): Problem | undefined {
  if (/^(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)(?:\.(?:0|[1-9]\d*))?$/.test(text)) return undefined;
  const instead = /\d+\.\d+(?:\.\d+)?/.exec(text)?.[0];
  return { what: 'is not a release written as two or three numbers', ...(instead !== undefined && instead !== text && versionProblem(instead) === undefined ? { instead } : {}) };
}
