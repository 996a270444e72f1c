import { diagnose, type Diagnostic } from '#diagnostics';
import { isMapping } from '../mapping.ts';
import { shortened } from './openapi-files.ts';
import type { OpenApiNode } from './openapi-node.ts';
import { readPath } from './path-template.ts';

type Say = (diagnostic: Diagnostic) => void;
const ask = 'say which path requests have in front when they arrive: `--base-path /v1`, or `--base-path /` for none';

/**
 * What stands before every path: '' or a path of literals. It is that of the servers' URLs, if all have the same; where
 * they differ, or leave it open, only a person can say (CS5021). undefined where something was said. Which hosts they
 * are makes no difference: where an API runs, its policy says.
 */
export function serversBasePath(servers: OpenApiNode, say: Say): string | undefined {
  if (servers.value === undefined || servers.value === null) return '';
  if (!Array.isArray(servers.value)) return refuse(say, servers, '`servers` is not a list');
  const bases = new Map<string, OpenApiNode>();
  for (const index of servers.value.keys()) {
    const server = servers.child(index);
    const { value } = server;
    if (!isMapping(value) || typeof value['url'] !== 'string') return refuse(say, server, 'a server has no `url`, or one that is not a text');
    const url = server.child('url');
    const base = urlPath(value['url'], isMapping(value['variables']) ? value['variables'] : {});
    const problem = typeof base !== 'string' ? base.what : base === '' ? undefined : literalProblem(base);
    if (typeof base !== 'string' || problem !== undefined) {
      say(diagnose('CS5021', { message: `the server \`${shortened(value['url'])}\` ${problem}`, at: url.at(), help: ask }));
      return undefined;
    }
    if (!bases.has(base)) bases.set(base, url);
  }
  const [first, other] = bases;
  if (first === undefined) return '';
  if (other !== undefined) {
    say(diagnose('CS5021', {
      message: `the servers answer below different paths: ${[...bases.keys()].map((base) => `\`${base === '' ? '/' : base}\``).join(', ')}`, at: other[1].at(),
      related: [{ message: `\`${first[0] === '' ? '/' : first[0]}\` is that of the first`, at: first[1].at() }], help: ask,
    }));
    return undefined;
  }
  if (first[0] !== '') say(diagnose('CS5021', { severity: 'info', message: `every path is imported below \`${first[0]}\`, as the servers' URLs have it`, at: first[1].at(), help: 'nothing is to be done; if requests arrive without it, give `--base-path /`' }));
  return first[0];
}

function refuse(say: Say, node: OpenApiNode, message: string): undefined {
  say(diagnose('CS5018', { message, at: node.at(), help: 'write it as in `servers: [{ url: https://api.example.com/v1 }]`' }));
}

function literalProblem(base: string): string | undefined {
  const read = readPath(base);
  return 'what' in read ? `has a path that ${read.what}` : undefined;
}

/** The path of a URL that may hold variables, without a last slash. */
function urlPath(url: string, variables: Readonly<Record<string, unknown>>): string | { readonly what: string } {
  const [, authority = '', path = url] = /^((?:[^/?#]*:)?\/\/[^/?#]*)(.*)$/s.exec(url) ?? [];
  if (path !== '' && !path.startsWith('/') || url === '') return { what: 'counts from wherever the document is found' };
  if (/[?#]/.test(path)) return { what: 'has a query or a fragment' };
  const values = (name: string): readonly string[] => {
    const variable = variables[name];
    if (!isMapping(variable)) return [];
    return [variable['default'], ...(Array.isArray(variable['enum']) ? variable['enum'] : [])].filter((one) => typeof one === 'string');
  };
  const slashed = [...authority.matchAll(/\{([^{}]*)\}/g)].find(([, name]) => values(name!).some((value) => /[/?#]/.test(value)));
  if (slashed !== undefined) return { what: `has in its host the variable \`${slashed[1]}\`, whose value goes on into the path` };
  const open = [...path.matchAll(/\{([^{}]*)\}/g)].find(([, name]) => !isMapping(variables[name!]) || !Array.isArray((variables[name!] as { readonly enum?: unknown }).enum) || new Set(values(name!)).size !== 1);
  if (open !== undefined) return { what: `has in its path the variable \`${open[1]}\`, which can have several values` };
  return path.replaceAll(/\{([^{}]*)\}/g, (_, name: string) => values(name)[0]!).replace(/\/$/, '');
}
