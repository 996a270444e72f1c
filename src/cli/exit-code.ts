/** What a command's exit means; documented in `docs/cli.md`. */
export const exitCode = {
  ok: 0,
  /** Something was found: a stale import, a lint finding. */
  findings: 1,
  /** The command line, or a request that was asked about, can't be read. */
  usage: 2,
  /** The policy or platform does not compile, or can't be read. Nothing was written. */
  doesNotCompile: 3,
} as const;
export type ExitCode = (typeof exitCode)[keyof typeof exitCode];
