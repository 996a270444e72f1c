import { Option } from 'commander';
import { fieldValue, ledger as ledgerOf } from '#analysis';
import { compile, type Compiled } from '#compile';
import { nearest, type Diagnostic } from '#diagnostics';
import { features, planes, type Feature, type Ledger, type LedgerLine, type Plane } from '#ir';
import { exitCode } from '../exit-code.ts';
import { refineSource } from '../load/refine-source.ts';
import { ledgerMarkdown } from '../report/ledger-markdown.ts';
import { ledgerText } from '../report/ledger-text.ts';
import { colourOn, failing, say } from '../talk.ts';
import { asOfOption, now, policyOption, readInputs, type Command, type PolicyOptions } from './command.ts';

interface Options extends Omit<PolicyOptions, 'format'> {
  readonly format: 'text' | 'json' | 'markdown';
  readonly grant?: string;
  readonly plane?: string;
  readonly feature?: string;
  readonly explain?: string;
  readonly condition?: string;
  readonly dropExpired?: true;
}

/** Where a table goes that is not on a terminal. */
const pageWidth = 140;
const narrowest = 100;

/** Says what each grant rests on: which plane enforces what, by which object and field. */
export const ledger: Command = {
  name: 'ledger',
  register: (program, end) => program.command('ledger').argument('[policy]', 'the policy, a .ts, .js, .json or .yaml file')
    .description('say what each grant rests on: which plane enforces what, by which object and field')
    .option('--platform <file>', 'the platform; by default the one beside the policy')
    .addOption(new Option('--format <format>', 'text for people, json (schemas/ledger.v1.json) for programs, markdown for reviews').choices(['text', 'json', 'markdown']).default('text'))
    .option('--grant <grant>', 'this grant only: \'checkout → orders.create\', or with `->`')
    .option('--plane <plane>', `this plane only: ${planes.join(', ')}`)
    .option('--feature <feature>', 'this only: operation.http, condition.mfa, or short: mfa, port')
    .option('--explain <grant>', 'the objects behind this grant: the field, its value, and the vendor\'s rule')
    .option('--condition <condition>', 'with --explain: this condition (or feature) only')
    .option('--drop-expired', 'leave expired grants out instead of failing')
    .addOption(policyOption()).addOption(asOfOption())
    .addHelpText('after', '\nWrites nothing. `*` marks the plane that answers; `–` is what a plane does not see.')
    .action(async (argument: string | undefined, options: Options) => {
      const data = options.format === 'json' ? 'json' : 'text';
      const { path, platform, policy } = await readInputs(argument, { ...options, format: data });
      const found: Diagnostic[] = [...policy.diagnostics, ...(platform?.diagnostics ?? [])];
      if (platform === undefined) found.push({
        code: 'CS5001', severity: 'error', at: { path }, related: [], message: 'there is no platform that anything could be enforced on',
        help: 'put `platform.ts` beside the policy, or give `--platform <file>`',
      });
      if (!policy.ok || platform?.ok !== true) { say(found, data); return end(exitCode.doesNotCompile); }
      const compiled = compile({ policy: policy.value, platform: platform.value, asOf: options.asOf ?? now(), dropExpired: options.dropExpired ?? false, refine: refineSource });
      found.push(...compiled.diagnostics);
      if (!compiled.ok) { say(found, data); return end(exitCode.doesNotCompile); }

      const whole = ledgerOf(compiled.value);
      const asked = selection(whole, options);
      if ('unknown' in asked) { say([asked.unknown], data); return end(exitCode.usage); }
      if (data === 'text') say(found.filter(({ severity }) => severity === 'warning' || severity === 'error'), 'text');
      process.stdout.write(options.explain === undefined ? print(asked.ledger, options.format, asked.ledger !== whole) : await explained(compiled.value, asked.ledger, asked.plane, options.format));
      end(failing(found) ? exitCode.doesNotCompile : exitCode.ok);
    }),
};

function print(ledger: Ledger, format: Options['format'], part: boolean): string {
  switch (format) {
    case 'json': return `${JSON.stringify(ledger, null, 2)}\n`;
    case 'markdown': return ledgerMarkdown(ledger);
    case 'text': return ledgerText(ledger, { colour: colourOn(process.stdout), width: Math.max(narrowest, process.stdout.columns ?? pageWidth), part });
    default: return format satisfies never;
  }
}

/** With the values that stand in the artefacts: fields of AWS are the resource's inputs, documents among them. A YAML writer is loaded for it, which nothing else here needs. */
async function explained({ artifacts }: Compiled, ledger: Ledger, plane: Plane | undefined, format: Options['format']): Promise<string> {
  const { explainCells, explainedText } = await import('../report/ledger-explained.ts');
  const objects = new Map<string, unknown>(artifacts.map((artifact) => [artifact.id, artifact.kind === 'kubernetes' ? artifact.object : { ...artifact.properties, ...artifact.documents }]));
  const cells = ledger.grants.flatMap((grant) => explainCells(grant, grant.lines, plane, (artifact, field) => fieldValue(objects.get(artifact), field)));
  return format === 'json' ? `${JSON.stringify(cells, null, 2)}\n` : explainedText(ledger, cells);
}

type Selection = { readonly ledger: Ledger; readonly plane: Plane | undefined } | { readonly unknown: Diagnostic };

/** The part that was asked for, or the name that is not there. */
function selection(whole: Ledger, { condition, explain, feature, grant, plane }: Options): Selection {
  const refs = whole.grants.map((one) => one.grant);
  const wanted = (explain ?? grant)?.replace(/\s*->\s*/, ' → ');
  if (wanted !== undefined && !refs.includes(wanted)) return unknown('grant', wanted, refs, 'the grants are those that `countersign ledger` lists');
  if (plane !== undefined && !planes.some((one) => one === plane)) return unknown('plane', plane, planes, `the planes are ${planes.join(', ')}`);
  const chosen = plane as Plane | undefined;
  if (chosen !== undefined && !whole.planes.includes(chosen)) return unknown('plane', chosen, whole.planes, `the platform \`${whole.platform}\` has enforcers on ${whole.planes.join(', ')}`);
  const word = condition ?? feature;
  if (wanted === undefined && chosen === undefined && word === undefined) return { ledger: whole, plane: undefined };
  const short = (one: Feature): string => one.slice(one.indexOf('.') + 1);
  if (word !== undefined && !features.some((one) => isMeant(one, word))) return unknown(condition === undefined ? 'feature' : 'condition', word, [...features, ...features.map(short)], `the features are ${features.join(', ')}`);
  const lineMeant = (line: LedgerLine): boolean => word === undefined || isMeant(line.feature, word);
  const grants = whole.grants.filter((one) => wanted === undefined || one.grant === wanted).flatMap((one) => {
    const lines = one.lines.filter(lineMeant).map((line) => (chosen === undefined ? line : { ...line, cells: line.cells.filter((cell) => cell.plane === chosen) }));
    return lines.length === 0 && one.lines.length > 0 ? [] : [{ ...one, lines }];
  });
  if (wanted !== undefined && word !== undefined && grants.length === 0) {
    const has = [...new Set(whole.grants.filter((one) => one.grant === wanted).flatMap(({ lines }) => lines.map((line) => line.feature)))];
    return unknown(condition === undefined ? 'feature' : 'condition', word, has, `\`${wanted}\` asks for ${has.join(', ')}`);
  }
  return { ledger: { ...whole, planes: chosen === undefined ? whole.planes : [chosen], grants }, plane: chosen };
}

/** `condition.mfa`, `mfa`; `operation` is either kind of operation. */
const isMeant = (feature: Feature, word: string): boolean => feature === word || feature.endsWith(`.${word}`) || feature.startsWith(`${word}.`);

function unknown(kind: string, name: string, known: readonly string[], help: string): Selection {
  const near = nearest(name, known);
  return {
    unknown: {
      code: 'CS5022', severity: 'error', related: [], message: `the ledger has no ${kind} \`${name}\``,
      help: near === undefined ? help : `did you mean \`${near}\`?`,
    },
  };
}
