import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const load = createRequire(import.meta.url);
const versionOf = (name: string): string => (load(`${name}/package.json`) as { version: string }).version;

/**
 * Plugins are looked up by name and exact version in PULUMI_HOME. The launcher is a shell script, so that the plugin
 * runs under this very node, keeps its process id, and needs no executable bit nor an extension-less file in the checkout
 * (which a `"type": "module"` package would make an ES module).
 */
function installPlugin(home: string, kind: 'language' | 'resource', name: string, script: string): void {
  const version = versionOf(`@pulumi/${name === 'nodejs' ? 'pulumi' : name}`);
  const directory = join(home, 'plugins', `${kind}-${name}-v${version}`);
  const launcher = join(directory, `pulumi-${kind}-${name}`);
  mkdirSync(directory, { recursive: true });
  writeFileSync(launcher, `#!/bin/sh\nexec '${process.execPath}' '${join(here, script)}' "$@"\n`);
  chmodSync(launcher, 0o755);
}

/** A PULUMI_HOME and a file backend below `root`, with the stand-ins in place, and the environment that Pulumi needs for them. */
export function pulumiHome(root: string, { aws = false }: { readonly aws?: boolean } = {}): Readonly<Record<string, string>> {
  const at = (...parts: string[]): string => join(root, ...parts);
  for (const directory of ['home', 'backend', 'user']) mkdirSync(at(directory), { recursive: true });
  installPlugin(at('home'), 'language', 'nodejs', 'language-host.cjs');
  installPlugin(at('home'), 'resource', 'kubernetes', 'kubernetes-provider.cjs');
  if (aws) installPlugin(at('home'), 'resource', 'aws', 'aws-provider.cjs');
  return {
    HOME: at('user'),
    TMPDIR: tmpdir(),
    PULUMI_HOME: at('home'),
    PULUMI_BACKEND_URL: `file://${at('backend')}`,
    PULUMI_CONFIG_PASSPHRASE: '',
    PULUMI_SKIP_UPDATE_CHECK: 'true',
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: 'true',
    PULUMI_DEBUG_COMMANDS: 'true',
  };
}
