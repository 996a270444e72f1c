type Json = Readonly<Record<string, unknown>>;

const has = (document: Json, ...keys: readonly string[]): boolean => keys.every((key) => Object.hasOwn(document, key));

/** Documents that people hand to the wrong tool, each known by what only it has. The first that fits is named. */
const looks: readonly { readonly what: string; readonly fits: (document: Json) => boolean; readonly help?: string }[] = [
  { what: 'a Kubernetes manifest', fits: (it) => has(it, 'apiVersion', 'kind'), help: 'workloads come from manifests by `countersign import manifests`' },
  { what: 'an OpenAPI description', fits: (it) => has(it, 'openapi') || has(it, 'swagger') },
  { what: 'an IAM policy document', fits: (it) => has(it, 'Statement') },
  { what: 'a JSON Schema', fits: (it) => has(it, '$schema', 'properties') || has(it, '$defs') || String(it['$schema']).startsWith('https://json-schema.org/') },
  { what: 'a package.json', fits: (it) => has(it, 'name', 'version') && typeof it['version'] === 'string' && (has(it, 'dependencies') || has(it, 'devDependencies') || has(it, 'scripts') || has(it, 'main') || has(it, 'exports')) },
  { what: 'a lock file of npm', fits: (it) => has(it, 'lockfileVersion') },
  { what: 'a tsconfig.json', fits: (it) => has(it, 'compilerOptions') },
  { what: 'a Terraform state', fits: (it) => has(it, 'terraform_version') },
  { what: 'a Pulumi stack export', fits: (it) => has(it, 'deployment') },
  { what: 'a CloudFormation template', fits: (it) => has(it, 'Resources') || has(it, 'AWSTemplateFormatVersion') },
  { what: 'a Tailscale policy', fits: (it) => has(it, 'acls') || has(it, 'grants') },
  { what: 'a request of `countersign decide`', fits: (it) => has(it, 'from', 'to') },
  { what: 'diagnostics of Countersign', fits: (it) => has(it, 'code', 'severity', 'message') },
];

export type Kind = 'policy' | 'platform';
const article = { policy: 'a Countersign policy', platform: 'a Countersign platform' } as const;
/** Properties that only one of the two has. */
const own: Readonly<Record<Kind, readonly string[]>> = {
  policy: ['apis', 'asks', 'workloads', 'segments', 'identityProviders', 'people', 'partners', 'never', 'holes'],
  platform: ['cni', 'podCidrs', 'nodeCidrs', 'dns', 'apiServer', 'loadBalancer', 'accept'],
};
const other = { policy: 'platform', platform: 'policy' } as const;

export interface Foreign { readonly pointer: string; readonly message: string; readonly help: string }

/** Why a JSON document is not of this kind at all; undefined where it is, however broken. */
export function foreign(document: unknown, kind: Kind, schemaId: string): Foreign | undefined {
  const help = `expected ${article[kind]}: an object with \`"$schema": "${schemaId}"\`, \`"version": 1\` and \`"name"\``;
  if (typeof document !== 'object' || document === null || Array.isArray(document)) {
    const what = document === null ? '`null`' : Array.isArray(document) ? 'a list' : `a ${typeof document}`;
    return { pointer: '', message: `this is ${what}, not ${article[kind]}`, help };
  }
  const it = document as Json;
  const schema = it['$schema'];
  const belongs = (to: Kind): number => own[to].filter((key) => Object.hasOwn(it, key)).length;
  if (schema !== schemaId) {
    if (String(schema).endsWith(`/${other[kind]}.v1.json`) || (schema === undefined && belongs(kind) === 0 && belongs(other[kind]) > 0)) {
      return { pointer: schema === undefined ? '' : '/$schema', message: `this is ${article[other[kind]]}, where ${article[kind]} is expected`, help: `give it as the ${other[kind]}, and here ${article[kind]}` };
    }
    const look = belongs(kind) > 0 && it['version'] === 1 ? undefined : looks.find(({ fits }) => fits(it));
    if (look !== undefined) return { pointer: '', message: `this looks like ${look.what}, not ${article[kind]}`, help: look.help === undefined ? help : `${help}; ${look.help}` };
    if (schema !== undefined) return { pointer: '/$schema', message: `the document follows the schema \`${String(schema)}\`, which is not that of ${article[kind]}`, help };
  }
  if (!Object.hasOwn(it, 'version')) return { pointer: '', message: `the document has no \`version\`, so it is not known to be ${article[kind]}`, help };
  const { version } = it;
  if (version !== 1) {
    return typeof version === 'number' && Number.isInteger(version) && version > 1
      ? { pointer: '/version', message: `the document has version ${version} of the format, which a later Countersign has written; this one reads version 1`, help: 'update Countersign, or export the document again with this one' }
      : { pointer: '/version', message: `the document's \`version\` is \`${JSON.stringify(version).slice(0, 60)}\`, and ${article[kind]} has 1`, help };
  }
  return undefined;
}
