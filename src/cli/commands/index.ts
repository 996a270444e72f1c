import { check } from './check.ts';
import type { Command } from './command.ts';
import { compile } from './compile.ts';
import { decide } from './decide.ts';
import { explain } from './explain.ts';
import { exportPolicy } from './export.ts';
import { importSources } from './import.ts';
import { ledger } from './ledger.ts';
import { lock } from './lock.ts';
import { schema } from './schema.ts';

/** Every command, in the order of the help. A test holds this list to the folder. */
export const commands: readonly Command[] = [check, compile, ledger, lock, decide, exportPolicy, schema, importSources, explain];
