import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { diagnose, type Diagnostic } from '#diagnostics';
import { spell } from '../talk.ts';

/** Writes a file whole or not at all: beside its place, and moved there. What went wrong is returned. */
export function writeWhole(path: string, text: string): Diagnostic | undefined {
  const aside = `${path}.${process.pid}.tmp`;
  try {
    writeFileSync(aside, text);
    renameSync(aside, path);
    return undefined;
  } catch (error) {
    rmSync(aside, { force: true });
    return diagnose('CS5001', { message: `\`${spell(path)}\` can't be written: ${(error as Error).message}`, help: 'give another `--out`, or make its folder' });
  }
}
