import { diagnose, type Diagnostic } from '#diagnostics';
import { operationText, type IdentityRef } from '#ir';
import type { PolicyContext } from '../policy-context.ts';
import { routeOf, sharedPaths, type Routed } from '../routed.ts';
import { commonPath } from '../syntax/template.ts';
import { quoted } from '../wording.ts';

/** CS1026 and CS1050: at a gateway, host and path say which API is meant. Methods do not: a browser's preflight has none of its own. */
export function overlappingExposures(context: PolicyContext): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  const byHost = new Map<string, Routed[]>();
  for (const api of context.apis) {
    const { exposedAt } = api.value;
    if (exposedAt?.kind !== 'gateway') continue;
    const open = new Set(api.offers.flatMap(({ value }) => (value.to.some(fromOutside) ? [value.operation] : [])));
    for (const operation of api.operations) {
      if (!open.has(operation.value.name)) continue;
      if (operation.value.kind === 'tcp') {
        found.push(diagnose('CS1026', {
          message: `${quoted(`${api.value.name}.${operation.value.name}`)} is a whole port, and a gateway passes on requests only`, pointer: operation.pointer,
          related: [{ message: `${quoted(api.value.name)} is exposed`, pointer: `${api.pointer}/exposedAt` }], help: 'declare the operations that are meant, or expose it at a load-balanced Service',
        }));
      }
      const routed = routeOf(api, operation);
      if (routed === undefined) continue;
      const key = `${exposedAt.gateway}\0${exposedAt.host}`;
      const list = byHost.get(key);
      if (list === undefined) byHost.set(key, [routed]); else list.push(routed);
    }
  }
  for (const routes of byHost.values()) {
    if (new Set(routes.map(({ api }) => api)).size < 2) continue;
    for (const { first, later } of sharedPaths(routes, context.before, { byMethod: false })) {
      const [name, other] = [later, first].map(({ api, operation }) => quoted(`${api.value.name}.${operation.value.name}`));
      const host = later.api.value.exposedAt?.kind === 'gateway' ? later.api.value.exposedAt.host : '';
      found.push(diagnose('CS1050', {
        message: `${name} (${operationText(later.operation.value)}) and ${other} (${operationText(first.operation.value)}) are both exposed at ${quoted(`${host}${commonPath(later.template, first.template)}`)}, which can lead to one of them only`,
        pointer: later.operation.pointer, related: [{ message: `${other} is declared`, pointer: first.operation.pointer }],
        help: `give ${quoted(later.api.value.name)} a host of its own, or let their paths begin differently`,
        witness: { host, path: commonPath(later.template, first.template) },
      }));
    }
  }
  return found;
}

const fromOutside = ({ kind }: IdentityRef): boolean => kind === 'people' || kind === 'partner' || kind === 'anyone';
