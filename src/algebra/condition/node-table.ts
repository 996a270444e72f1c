import { claimPath } from '#ir';
import type { Atom, Reading } from './atom.ts';
import type { Conditions, Node } from './conditions.ts';
import { rangeOf } from './address-range.ts';
import { isOpenNever, windowOf } from './window.ts';

/** Nodes, each once. A contrary is pushed down to the atoms, so that `not` stands before them only. */
export function createNodeTable(): Pick<Conditions, 'always' | 'never' | 'reading' | 'atom' | 'all' | 'any' | 'not'> {
  const byKey = new Map<string, Node>(), contraries = new Map<Node, Node>(), readings = new Map<string, Reading>();
  let count = 0;
  const intern = (key: string, make: (id: number) => Node): Node => {
    const known = byKey.get(key);
    if (known !== undefined) return known;
    const node = Object.freeze(make(count++));
    byKey.set(key, node);
    return node;
  };
  const always = intern('always', (id) => ({ id, kind: 'always' })), never = intern('never', (id) => ({ id, kind: 'never' }));

  const join = (kind: 'all' | 'any', nodes: readonly Node[]): Node => {
    const [neutral, decisive] = kind === 'all' ? [always, never] : [never, always];
    const parts = new Map<number, Node>();
    for (const node of nodes) {
      if (node === decisive) return decisive;
      if (node === neutral) continue;
      if (node.kind === kind) for (const each of node.of) parts.set(each.id, each); else parts.set(node.id, node);
    }
    if ([...parts.values()].some((node) => node.kind === 'not' && parts.has(node.of.id))) return decisive;
    const left = withoutAbsorbed(parts, kind === 'all' ? 'any' : 'all').sort((a, b) => a.id - b.id);
    if (left.length === 0) return neutral;
    if (left.length === 1) return left[0]!;
    return intern(`${kind} ${left.map(({ id }) => id).join(' ')}`, (id) => ({ id, kind, of: Object.freeze(left) }));
  };

  const table = {
    always, never,
    reading: (providers) => {
      const key = JSON.stringify(providers.map(({ asserts, audiences, issuer, name }) => [name, issuer, audiences, asserts?.mfa?.claim, asserts?.mfa?.anyOf, asserts?.authenticatedAt?.claim, asserts?.device?.claim]));
      const known = readings.get(key);
      if (known !== undefined) return known;
      const reading = Object.freeze({ id: readings.size, providers });
      readings.set(key, reading);
      return reading;
    },
    atom: (atom) => (isNever(atom) ? never : intern(keyOf(atom), (id) => ({ id, kind: 'atom', atom }))),
    all: (nodes) => join('all', nodes),
    any: (nodes) => join('any', nodes),
    not: (node) => {
      const known = contraries.get(node);
      if (known !== undefined) return known;
      const contrary = contraryOf(node);
      contraries.set(node, contrary);
      return contrary;
    },
  } satisfies Pick<Conditions, 'always' | 'never' | 'reading' | 'atom' | 'all' | 'any' | 'not'>;

  function contraryOf(node: Node): Node {
    switch (node.kind) {
      case 'always': return never;
      case 'never': return always;
      case 'not': return node.of;
      case 'atom': return intern(`not ${node.id}`, (id) => ({ id, kind: 'not', of: node }));
      case 'all': return table.any(node.of.map(table.not));
      case 'any': return table.all(node.of.map(table.not));
      default: return node satisfies never;
    }
  }
  return table;
}

/** A part that says all that a shorter one says, and more, adds nothing. `joined` is how the parts themselves are joined. */
function withoutAbsorbed(parts: ReadonlyMap<number, Node>, joined: 'all' | 'any'): Node[] {
  const membersOf = (node: Node): readonly Node[] => (node.kind === joined ? node.of : [node]);
  const compound = [...parts.values()].filter(({ kind }) => kind === joined);
  const holding = new Map<number, Node[]>();
  for (const node of compound) for (const { id } of membersOf(node)) { const list = holding.get(id); if (list === undefined) holding.set(id, [node]); else list.push(node); }
  const absorbed = new Set<number>();
  for (const node of parts.values()) {
    const members = membersOf(node);
    const rarest = members.map(({ id }) => holding.get(id) ?? []).reduce((a, b) => (b.length < a.length ? b : a));
    for (const longer of rarest) {
      if (longer === node) continue;
      const held = new Set(membersOf(longer).map(({ id }) => id));
      if (members.every(({ id }) => held.has(id))) absorbed.add(longer.id);
    }
  }
  return [...parts.values()].filter(({ id }) => !absorbed.has(id));
}

/** Of no texts, none is there; and so on. */
function isNever(atom: Atom): boolean {
  switch (atom.kind) {
    case 'claim': return atom.anyOf.length === 0 || claimPath(atom.claim).length === 0;
    case 'device': case 'header': return atom.anyOf.length === 0;
    case 'from': return atom.cidrs.every((cidr) => rangeOf(cidr) === undefined);
    case 'during': return isOpenNever(windowOf(atom));
    case 'bearer': return atom.reading.providers.every(({ name }) => name !== atom.provider);
    case 'before': return Number.isNaN(atom.instant);
    case 'risk': return Number.isNaN(atom.below);
    case 'authenticatedWithin': case 'maxTokenAge': return !(atom.seconds >= -60);
    case 'throughExposure': case 'client': case 'mfa': case 'inTheClear': case 'weakerEncryption': return false;
    default: return atom satisfies never;
  }
}

/** Alike for atoms that ask the same. Lists are sets, and names of headers know no case. */
function keyOf(atom: Atom): string {
  const set = (texts: readonly string[]): readonly string[] => [...new Set(texts)].sort();
  switch (atom.kind) {
    case 'throughExposure': case 'inTheClear': case 'weakerEncryption': return atom.kind;
    case 'client': return JSON.stringify(['client', atom.partner]);
    case 'bearer': return JSON.stringify(['bearer', atom.reading.id, atom.provider]);
    case 'claim': return JSON.stringify(['claim', atom.reading.id, atom.claim, set(atom.anyOf)]);
    case 'mfa': return `mfa of ${atom.reading.id}`;
    case 'authenticatedWithin': case 'maxTokenAge': return `${atom.kind} ${atom.seconds} of ${atom.reading.id}`;
    case 'device': return JSON.stringify(['device', atom.reading.id, set(atom.anyOf)]);
    case 'from': return JSON.stringify(['from', set(atom.cidrs)]);
    case 'during': return JSON.stringify(['during', set(atom.days), atom.start, atom.end, atom.timeZone]);
    case 'risk': return `risk ${atom.below}`;
    case 'header': return JSON.stringify(['header', atom.name.toLowerCase(), set(atom.anyOf)]);
    case 'before': return `before ${atom.instant}`;
    default: return atom satisfies never;
  }
}
