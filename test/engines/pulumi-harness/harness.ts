import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { parse, stringify } from 'yaml';
import { requireEngine } from '../engine.ts';
import { readEngineEvents } from './engine-events.ts';
import type { EngineEvents } from './engine-events.ts';
import { pulumiHome } from './pulumi-home.ts';
import { runCli } from './run-cli.ts';
import type { Finished } from './run-cli.ts';

// The real Pulumi engine over a file backend, with a language host and a Kubernetes provider of our own (README.md).
// Nothing is written beside the program: state, plugins, stack configuration and logs live in one temporary directory.

/** One line of the provider stand-in's record. Lines are in order of completion; times are monotonic nanoseconds. */
export interface Operation {
  readonly op: 'check' | 'create' | 'update' | 'read' | 'delete';
  /** Counts the commands of this workspace from 1, so that one update can be told from the next. */
  readonly run: number;
  readonly preview?: boolean;
  readonly type: string;
  readonly urn: string;
  /** The resource's name in Pulumi; the object's own name is in `object`. */
  readonly name: string;
  /** The URN of the provider resource that served it; empty in an engine that does not say. */
  readonly provider: string;
  readonly object?: Readonly<Partial<Record<'apiVersion' | 'kind' | 'namespace' | 'name', string>>>;
  readonly started: number;
  readonly ended: number;
  readonly ok: boolean;
  /** What the API server answered in `Warning` headers: an unknown field, a deprecated version, a suspicious address. */
  readonly warnings: readonly string[];
  /** Why a previewed operation was not validated by the API server. */
  readonly note?: string;
  readonly error?: string;
  readonly failures?: readonly { readonly property: string; readonly reason: string }[];
}

export interface PulumiResult extends EngineEvents {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  /** What the provider stand-in did during this command. */
  readonly operations: readonly Operation[];
  readonly milliseconds: number;
}

export interface RunOptions {
  /** More arguments for the CLI, such as `--target <urn>` or `--policy-pack <dir>`. */
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
  /** Aborting cancels the command as Ctrl-C does: the engine stops its plugins and keeps what is done in the state. */
  readonly signal?: AbortSignal;
}

export interface PulumiWorkspace {
  preview(options?: RunOptions): Promise<PulumiResult>;
  /** Without a preview before it: one run of the program. */
  up(options?: RunOptions): Promise<PulumiResult>;
  refresh(options?: RunOptions): Promise<PulumiResult>;
  destroy(options?: RunOptions): Promise<PulumiResult>;
  /** Secrets are shown. */
  stackOutputs(): Promise<Record<string, unknown>>;
  /** The stack's deployment as `pulumi stack export` prints it. */
  export(): Promise<unknown>;
  config(key: string, value: string, options?: { readonly secret?: boolean }): Promise<void>;
  /** Everything the provider stand-in did so far. */
  records(): Operation[];
  /** Any other CLI command on this stack's project, such as `['stack', 'ls']`. */
  command(args: readonly string[], options?: RunOptions): Promise<Finished>;
  dispose(): Promise<void>;
  /** What there is in the stand-in's AWS now, of a kind or of all. */
  aws(kind?: string): readonly AwsThing[];
  /** Changes what a test found there before. */
  account(settings: AwsAccount): void;
  /** The temporary directory, for files a program should find or write (`renderYamlToDirectory`). */
  readonly directory: string;
}

/** What `startApiServer` gives. Without its authority the certificate is not verified, which on loopback is bearable. */
export interface ApiAddress {
  readonly url: string;
  readonly token: string;
  readonly caBundle?: string;
}

export interface WorkspaceOptions {
  /** The directory of `Pulumi.yaml`; it is read and run from, never written to. */
  readonly programDir: string;
  readonly stack: string;
  /** Environment of the CLI, and through it of the program and the provider. Nothing else of ours is inherited. */
  readonly env?: Readonly<Record<string, string>>;
  /** The API server that the default provider applies to; without one, only previews and rendering work. */
  readonly api?: ApiAddress;
  /** What is in the stand-in's AWS before: then there is such a provider, and `aws` shows what it has. */
  readonly aws?: AwsAccount;
}

/** An account of the AWS stand-in, as a test finds it. */
export interface AwsAccount {
  readonly accountId?: string;
  /** Of the default provider. */
  readonly region?: string;
  /** What is there already: queues, tables, keys, boundaries, roles of administrators. */
  readonly arns?: readonly string[];
  /** Who is asking, for AWS KMS to see whether a key's policy would lock them out. */
  readonly caller?: string;
  readonly managedPoliciesPerRole?: number;
  /** By type: what of a document AWS is made to lose. */
  readonly spoil?: Readonly<Record<string, 'conditions'>>;
}
/** One thing in the account: `kind` as the stand-in keeps it, such as `role`, `association`, `resource-policy`. */
export interface AwsThing { readonly kind: string; readonly id: string; readonly [key: string]: unknown }

/** A kubeconfig for an explicit `new k8s.Provider('name', { kubeconfig })`, and for KUBECONFIG. */
export function kubeconfigFor(api: ApiAddress): string {
  const tls = api.caBundle === undefined
    ? { 'insecure-skip-tls-verify': true }
    : { 'certificate-authority-data': Buffer.from(api.caBundle).toString('base64') };
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'test', cluster: { server: api.url, ...tls } }],
    users: [{ name: 'test', user: { token: api.token } }],
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'test' } }],
    'current-context': 'test',
  });
}

/** `<kind>@<id>.json`, as `aws-world.cjs` writes them. */
function readThings(directory: string): AwsThing[] {
  if (!existsSync(directory)) return [];
  return readdirSync(directory).sort().map(file => ({ ...JSON.parse(readFileSync(join(directory, file), 'utf8')) as { id: string }, kind: file.slice(0, file.indexOf('@')) }));
}

export async function createWorkspace(options: WorkspaceOptions): Promise<PulumiWorkspace> {
  const binary = requireEngine('pulumi');
  const programDir = resolve(options.programDir);
  const root = mkdtempSync(join(tmpdir(), 'pulumi-harness-'));
  const at = (...parts: string[]): string => join(root, ...parts);
  for (const directory of ['project', 'events', 'aws']) mkdirSync(at(directory));
  const home = pulumiHome(root, { aws: options.aws !== undefined });
  const account = (settings: AwsAccount): void => writeFileSync(at('aws', 'there.json'), JSON.stringify({ ...options.aws, ...settings }));
  account({});

  // `stack init` writes the stack's configuration (its encryption salt) beside Pulumi.yaml; so it gets a copy of that
  // file, and of the stack's committed configuration. Every later command is told of the file with `--config-file`.
  const project = parse(readFileSync(join(programDir, 'Pulumi.yaml'), 'utf8')) as { stackConfigDir?: string };
  const stackFile = join(project.stackConfigDir ?? '.', `Pulumi.${options.stack}.yaml`);
  const configFile = at('project', stackFile);
  mkdirSync(dirname(configFile), { recursive: true });
  cpSync(join(programDir, 'Pulumi.yaml'), at('project', 'Pulumi.yaml'));
  if (existsSync(join(programDir, stackFile))) cpSync(join(programDir, stackFile), configFile);
  if (options.api) writeFileSync(at('kubeconfig'), kubeconfigFor(options.api));

  const records = at('records.jsonl');
  let runs = 0;
  const environment = (more: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv => ({
    PATH: process.env['PATH'],
    ...home,
    CS_PULUMI_RECORD: records,
    CS_PULUMI_RUN: String(runs),
    CS_KUBE_WITHOUT_CONTROLLERS: '1',
    CS_AWS_WORLD: at('aws'),
    ...(options.aws?.region === undefined ? {} : { AWS_REGION: options.aws.region }),
    ...(options.api ? { KUBECONFIG: at('kubeconfig') } : {}),
    ...options.env,
    ...more,
  });

  const command = (args: readonly string[], run: RunOptions = {}, cwd = at('project')): Promise<Finished> => {
    const limits = { timeoutMs: run.timeoutMs ?? 60_000, signal: run.signal };
    return runCli(binary, ['--cwd', cwd, '--non-interactive', '--color', 'never', ...args], environment(run.env), limits);
  };

  const must = async (args: readonly string[]): Promise<string> => {
    const { exitCode, stdout, stderr } = await command(args);
    if (exitCode !== 0) throw new Error(`pulumi ${args.join(' ')} ended with ${exitCode}:\n${stdout}${stderr}`);
    return stdout;
  };

  const readRecords = (): Operation[] =>
    existsSync(records) ? readFileSync(records, 'utf8').split('\n').filter(Boolean).map(line => JSON.parse(line) as Operation) : [];

  /** Runs the engine from the program's own directory. */
  const engine = async (verb: string, flags: readonly string[], run: RunOptions = {}): Promise<PulumiResult> => {
    runs += 1;
    const events = at('events', `${runs}.jsonl`);
    const own = ['--stack', options.stack, '--config-file', configFile, '--event-log', events];
    const started = performance.now();
    const finished = await command([verb, ...flags, ...own, ...(run.args ?? [])], { timeoutMs: 180_000, ...run }, programDir);
    const milliseconds = Math.round(performance.now() - started);
    const operations = readRecords().filter(operation => operation.run === runs);
    return { ...finished, ...readEngineEvents(events), operations, milliseconds };
  };

  try {
    await must(['stack', 'init', options.stack]);
  } catch (error) {
    rmSync(root, { recursive: true, force: true });
    throw error;
  }
  return {
    directory: root,
    command: (args, run) => command(args, run),
    preview: run => engine('preview', [], run),
    up: run => engine('up', ['--yes', '--skip-preview'], run),
    refresh: run => engine('refresh', ['--yes', '--skip-preview'], run),
    destroy: run => engine('destroy', ['--yes', '--skip-preview'], run),
    stackOutputs: async () => {
      const json = await must(['stack', 'output', '--json', '--show-secrets', '--stack', options.stack]);
      return JSON.parse(json) as Record<string, unknown>;
    },
    export: async () => JSON.parse(await must(['stack', 'export', '--stack', options.stack])) as unknown,
    config: async (key, value, { secret = false } = {}) => {
      const flags = ['--stack', options.stack, '--config-file', configFile, secret ? '--secret' : '--plaintext'];
      await must(['config', 'set', ...flags, '--', key, value]);
    },
    records: readRecords,
    account,
    aws: kind => readThings(at('aws', 'things')).filter(thing => kind === undefined || thing.kind === kind),
    dispose: async () => rmSync(root, { recursive: true, force: true, maxRetries: 5 }),
  };
}
