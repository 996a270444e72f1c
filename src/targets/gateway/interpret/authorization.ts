import type { Hop } from '#spec';
import { inside, isEverything } from './addresses.ts';
import { bool, evaluate, mapOf, ofJson, string, type Value } from './cel/evaluate.ts';
import { parseCel } from './cel/parse.ts';
import { matchesWhole } from './expression.ts';
import type { Rule, Security } from './objects.ts';
import type { Authenticated } from './token.ts';
import { agreed, both, no, perhaps, some, truth, yes, type Truth } from '../../truth.ts';

/** A request as the rules of its route see it. */
export interface Judged {
  readonly hop: Hop;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly host: string;
  readonly who: Authenticated;
  /** The listener has asked for the certificate, and believes it. */
  readonly certified: boolean;
  /** Whether the address that the proxy sees is the client's. */
  readonly addressKnown: boolean;
}

/** The first rule that matches decides; where none does, the default (Envoy Gateway, "Gateway API Extensions", `Authorization`). */
export function authorized(authorization: Security['authorization'], judged: Judged): Truth {
  if (authorization === undefined) return yes;
  return [...authorization.rules].reverse().reduce<Truth>((later, rule) => {
    const matched = matches(rule, judged), then = truth(rule.action === 'Allow');
    return matched === yes ? then : matched === no ? later : agreed(then, later);
  }, truth(authorization.byDefault === 'Allow'));
}

function matches({ cel, cidrs, methods, path }: Rule, judged: Judged): Truth {
  const operation = both(methods.length === 0 ? yes : truth(methods.some((method) => method.toUpperCase() === judged.method.toUpperCase())), path === undefined ? yes : onPath(path, judged.path));
  if (operation === no) return no;
  return both(operation, both(cidrs.length === 0 ? yes : fromOneOf(cidrs, judged), cel === undefined ? yes : holds(cel, judged)));
}

/** Of a rule, `Exact` and `PathPrefix` also take what follows a `;` (Envoy Gateway, internal/utils/regex). */
function onPath({ invert, type, value }: NonNullable<Rule['path']>, path: string): Truth {
  const plain = path.replace(/;.*$/, '');
  const found = type === 'RegularExpression' ? matchesWhole(value, path)
    : type === 'Exact' ? plain === value
      : value === '/' || plain === value.replace(/\/$/, '') || path.startsWith(`${value.replace(/\/$/, '')}/`);
  return found === undefined ? perhaps : truth(found !== invert);
}

function fromOneOf(cidrs: readonly string[], { addressKnown, hop }: Judged): Truth {
  const { ip } = hop.from;
  const families = ip === undefined ? ['.', ':'] : [ip.includes(':') ? ':' : '.'];
  if (families.every((family) => cidrs.some((cidr) => isEverything(cidr) && cidr.includes(family)))) return yes;
  if (ip === undefined || !addressKnown) return perhaps;
  return some(cidrs, (cidr) => { const found = inside(ip, cidr); return found === undefined ? perhaps : truth(found); });
}

/** Anything but `true` is no match, an error too. */
function holds(cel: string, judged: Judged): Truth {
  const expression = parseCel(cel);
  if (expression === undefined) return perhaps;
  const outcome = evaluate(expression, (name) => attribute(name, judged));
  return outcome.is === 'unknown' ? perhaps : truth(outcome.is === 'bool' && outcome.value);
}

/** Envoy, "Attributes". Of alternative names of a certificate, the first of each kind; of none, an empty map lacks the key. */
function attribute(name: string, { certified, headers, hop, host, method, path, who }: Judged): Value | undefined {
  switch (name) {
    case 'request': {
      const time = hop.time === undefined ? Number.NaN : Date.parse(hop.time);
      return mapOf({ method: string(method), path: string(path), host: string(host), headers: ofJson(headers), ...(Number.isNaN(time) ? {} : { time: { is: 'timestamp', value: time } as const }) });
    }
    case 'connection': {
      const first = (kind: string): string | undefined => (certified ? hop.certificate?.sans.find((san) => san.startsWith(`${kind}:`))?.slice(kind.length + 1) : undefined);
      const [uri, dns] = [first('uri'), first('dns')];
      return mapOf({
        mtls: bool(certified), ...(hop.serverName === undefined ? {} : { requested_server_name: string(hop.serverName) }),
        ...(uri === undefined ? {} : { uri_san_peer_certificate: string(uri) }), ...(dns === undefined ? {} : { dns_san_peer_certificate: string(dns) }),
      });
    }
    case 'metadata': {
      const payloads = typeof who === 'string' ? {} : { 'envoy.filters.http.jwt_authn': ofJson({ [who.provider]: who.payload }) };
      return mapOf({ filter_metadata: mapOf(payloads) });
    }
    default: return undefined;
  }
}
