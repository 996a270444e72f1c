import { Command, CommanderError } from 'commander';
import { exitCode, type ExitCode } from './exit-code.ts';
import { commands } from './commands/index.ts';
import { version } from './version.ts';

/** One run of the command line, without the program's name. Never throws for what a user did; a throw is our own bug. */
export async function run(words: readonly string[]): Promise<ExitCode> {
  let code: ExitCode = exitCode.ok;
  const program = new Command('countersign')
    .description('Zero-trust intent for APIs, compiled: correct, or it does not compile.')
    .version(version, '-v, --version')
    .configureHelp({ showGlobalOptions: true })
    .exitOverride()
    .showHelpAfterError('(`countersign --help` lists the commands)')
    .addHelpText('after', `
Begin with
  countersign check policy.ts                     is the declaration sound?
  countersign compile policy.ts --out out         prove it and write the objects
  countersign decide policy.ts requests.jsonl     who may do what, by the reference meaning
  countersign explain CS1012                      what a diagnostic means

Exit codes: 0 ok, 1 findings, 2 usage or an unreadable request, 3 does not compile.`);
  for (const command of commands) command.register(program, (result) => { code = result; });
  try {
    await program.parseAsync([...words], { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode.ok : exitCode.usage;
    throw error;
  }
}
