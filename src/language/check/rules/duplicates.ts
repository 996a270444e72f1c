import { diagnose, type Diagnostic } from '#diagnostics';
import { identityName, type Offer } from '#ir';
import type { Located } from '../located.ts';
import { offeredAt, type PolicyContext } from '../policy-context.ts';
import { quoted } from '../wording.ts';

/** CS1002: one name for two things, or one half of a grant written twice and not alike. */
export function duplicates(context: PolicyContext): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  const say = (pointer: string, message: string, first: string, help: string): void => {
    found.push(diagnose('CS1002', { message, pointer, help, related: [{ message: 'the first one is declared', pointer: first }] }));
  };
  const byName = (kind: string, located: readonly Located<{ readonly name: string }>[], of = ''): void => {
    for (const [first, later] of collisions(context, located, ({ value }) => value.name)) {
      say(later.pointer, `two ${kind} are called ${quoted(later.value.name)}${of}, and whatever names one would mean either`, first.pointer, 'rename one of them, or remove the copy');
    }
  };
  byName('segments', context.segments);
  byName('workloads', context.workloads);
  byName('APIs', context.apis);
  byName('groups of people', context.people);
  byName('partners', context.partners);
  byName('identity providers', context.identityProviders);
  byName('holes', context.holes);
  found.push(...identitiesAlike(context));

  for (const api of context.apis) {
    byName('operations', api.operations, ` in ${quoted(api.value.name)}`);
    const wires = api.operations.filter(({ value }) => value.kind === 'grpc' || value.kind === 'cloud');
    for (const [first, later] of collisions(context, wires, ({ value }) => (value.kind === 'grpc' ? `${value.service}/${value.method}` : value.kind === 'cloud' ? `${value.verb}\0${value.within ?? ''}` : value.name))) {
      if (first.value.name === later.value.name) continue; // said above
      say(later.pointer, `${quoted(`${api.value.name}.${later.value.name}`)} and ${quoted(`${api.value.name}.${first.value.name}`)} are the same call`, first.pointer, 'keep one of the two operations');
    }
  }
  found.push(...offersTwice(context), ...asksTwice(context), ...portsTwice(context), ...servicesTwice(context));
  return found;
}

/** Grants, acceptances and reports name an identity without its kind: `support → orders.list`. */
function identitiesAlike(context: PolicyContext): readonly Diagnostic[] {
  const kinds = [['a workload', context.workloads], ['a group of people', context.people], ['a partner', context.partners]] as const;
  const all = kinds.flatMap(([kind, located]) => located.map(({ value: { name }, pointer }) => ({ kind, name, pointer })));
  const found = new Map<string, Diagnostic>();
  for (const [first, later] of collisions(context, all, ({ name }) => name)) {
    if (first.kind === later.kind) continue; // said above
    found.set(later.pointer, diagnose('CS1002', {
      message: `${quoted(later.name)} is ${later.kind} and ${first.kind}, and a grant names them alike`, pointer: later.pointer,
      related: [{ message: `${first.kind} is declared`, pointer: first.pointer }], help: 'rename one of them',
    }));
  }
  return [...found.values()];
}

/** Later ones of a key, each with the first; by place, not by the order that they came in. */
function collisions<L extends { readonly pointer: string }>(context: PolicyContext, members: readonly L[], keyOf: (member: L) => string): readonly (readonly [L, L])[] {
  if (members.length < 2) return [];
  const keys = members.map(keyOf);
  if (new Set(keys).size === keys.length) return [];
  const groups = new Map<string, L[]>();
  for (const [index, member] of members.entries()) {
    const key = keys[index]!;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [member]); else group.push(member);
  }
  return [...groups.values()].filter((group) => group.length > 1).flatMap((group) => {
    const [first, ...later] = group.sort((a, b) => (context.before(a.pointer, b.pointer) ? -1 : 1));
    return later.map((member) => [first!, member] as const);
  });
}

/** Two offers of one operation to one identity are alternatives if their conditions differ; alike, one of them will be forgotten. */
function offersTwice(context: PolicyContext): readonly Diagnostic[] {
  const conditions = (offer: Offer): string => JSON.stringify(offer.when);
  return [...context.offered.groups()].filter((offers) => offers.length > 1).flatMap((offers) =>
    collisions(context, offers.map((half) => ({ ...half, pointer: offeredAt(half) })), ({ offer }) => conditions(offer.value)).map(([first, later]) => diagnose('CS1002', {
      message: `${quoted(`${later.api.value.name}.${later.offer.value.operation}`)} is offered to ${quoted(identityName(later.identity))} twice`,
      pointer: later.pointer,
      related: [{ message: 'the first offer is', pointer: first.pointer }],
      help: 'keep one of the two offers',
    })));
}

/** A request that is written twice in the very same words is one request. */
function asksTwice(context: PolicyContext): readonly Diagnostic[] {
  return [...context.asked.groups()].filter((asks) => asks.length > 1).flatMap((asks) =>
    collisions(context, asks, () => '').filter(([first, later]) => (['because', 'owner', 'until'] as const).some((key) => first.value[key] !== later.value[key]))
      .map(([first, later]) => diagnose('CS1002', {
        message: `${quoted(identityName(later.value.from))} asks for ${quoted(`${later.value.to.api}.${later.value.to.operation}`)} twice, with different reasons, owners or ends`,
        pointer: later.pointer,
        related: [{ message: 'the first request is', pointer: first.pointer }],
        help: 'keep one of the two requests',
      })));
}

function portsTwice(context: PolicyContext): readonly Diagnostic[] {
  return context.workloads.flatMap(({ value, pointer }) => {
    const ports = (value.kubernetes?.ports ?? []).map((port, index) => ({ port, pointer: `${pointer}/kubernetes/ports/${index}` }));
    const numbers = collisions(context, ports, ({ port }) => `${port.number}/${port.protocol}`)
      .map(([first, later]) => [first, later, `port ${later.port.number}/${later.port.protocol}`] as const);
    const named = collisions(context, ports.filter(({ port }) => port.name !== undefined), ({ port }) => port.name ?? '')
      .map(([first, later]) => [first, later, `a port called ${quoted(later.port.name ?? '')}`] as const);
    return [...numbers, ...named].map(([first, later, what]) => diagnose('CS1002', {
      message: `${quoted(value.name)} declares ${what} twice`,
      pointer: later.pointer,
      related: [{ message: 'the first one is declared', pointer: first.pointer }],
      help: 'keep one of the two declarations',
    }));
  });
}

/** A Service is one object of its namespace: it can't select two workloads. Of one workload, it may have several ports. */
function servicesTwice(context: PolicyContext): readonly Diagnostic[] {
  const services = context.workloads.flatMap(({ value, pointer }) => (value.kubernetes?.services ?? []).map((service, index) => ({
    workload: value.name, namespace: value.kubernetes?.namespace ?? '', service, pointer: `${pointer}/kubernetes/services/${index}`,
  })));
  const ports = collisions(context, services, ({ workload, namespace, service }) => [namespace, service.name, workload, service.port, service.protocol].join('\0'))
    .map(([first, later]) => diagnose('CS1002', {
      message: `the Service ${quoted(later.service.name)} of ${quoted(later.workload)} has port ${later.service.port}/${later.service.protocol} twice`,
      pointer: later.pointer,
      related: [{ message: 'the first one is declared', pointer: first.pointer }],
      help: 'keep one of the two entries',
    }));
  const owners = new Map<string, (typeof services)[number]>();
  for (const entry of services) {
    const key = [entry.namespace, entry.service.name, entry.workload].join('\0');
    const known = owners.get(key);
    if (known === undefined || context.before(entry.pointer, known.pointer)) owners.set(key, entry);
  }
  const shared = collisions(context, [...owners.values()].filter((entry) => entry.service.name !== ''), ({ namespace, service }) => `${namespace}\0${service.name}`)
    .filter(([first, later]) => first.workload !== later.workload)
    .map(([first, later]) => diagnose('CS1002', {
      message: `${quoted(first.workload)} and ${quoted(later.workload)} both have a Service called ${quoted(later.service.name)} in the namespace ${quoted(later.namespace)}, which can hold only one`,
      pointer: later.pointer,
      related: [{ message: 'the first one is declared', pointer: first.pointer }],
      help: 'give the Service to the workload that it selects',
    }));
  return [...ports, ...shared];
}
