import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { requireEngine } from '../engine.ts';

/** A document as it is sent to AWS. */
export interface LintedDocument {
  readonly id: string;
  readonly kind: 'identity' | 'resource' | 'trust';
  readonly account: string;
  /** Of a trust policy: the ARN of the role that has it. */
  readonly about?: string;
  readonly document: unknown;
}
/** What a linter has against one statement, or, without `sid`, against a whole document. */
export interface LintFinding { readonly id: string; readonly sid: string | null; readonly linter: 'parliament' | 'cloudsplaining'; readonly issue: string; readonly detail: string }

const program = fileURLToPath(new URL('lint.py', import.meta.url));

/** Both linters over all documents, in one process. */
export async function lint(documents: readonly LintedDocument[]): Promise<readonly LintFinding[]> {
  const child = spawn(requireEngine('iam-linters'), [program], { stdio: ['pipe', 'pipe', 'pipe'], env: { PATH: process.env['PATH'] } });
  const ended = new Promise<number | null>((resolve, reject) => void child.once('error', reject).once('close', resolve));
  child.stdin.on('error', () => undefined); // it ended early, and says why below
  child.stdin.end(JSON.stringify(documents));
  const [found, said, status] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  if (status !== 0) throw new Error(`the linters ended with ${status}: ${said.slice(-2000)}`);
  return JSON.parse(found) as readonly LintFinding[];
}
