import { diagnose, type Diagnostic, type Location } from '#diagnostics';
import { isMapping } from '../mapping.ts';
import type { YamlDocument } from '../yaml-documents.ts';

type Say = (diagnostic: Diagnostic) => void;

/** A value of a manifest and its place. Reading what is not of the wanted kind says so (CS5010) and gives nothing. */
export interface Field {
  readonly value: unknown;
  /** Not written, or written as nothing. */
  readonly absent: boolean;
  /** How the manifest's own author would call it: `spec.ports[0].port`. */
  readonly name: string;
  readonly at: () => Location;
  readonly get: (...keys: readonly string[]) => Field;
  /** Of a list, or of nothing. */
  readonly items: () => readonly Field[];
  readonly text: () => string | undefined;
  /** A port by number. */
  readonly port: () => number | undefined;
  /** A port by number or by name. */
  readonly portOrName: () => number | string | undefined;
  readonly flag: () => boolean;
  /** A mapping from texts to texts, in the order of its keys; empty where nothing is written. */
  readonly labels: () => Readonly<Record<string, string>> | undefined;
  /** Says something of this place. */
  readonly refuse: (message: string, help: string) => undefined;
  readonly remark: (severity: 'warning' | 'info', message: string, help: string) => undefined;
}

/** `owner` is how messages call the object: ``Deployment `web` ``. */
export function fieldOf(document: YamlDocument, way: readonly (string | number)[], value: unknown, owner: string, say: Say, name = ''): Field {
  const child = (step: string | number, member: unknown): Field =>
    fieldOf(document, [...way, step], member, owner, say, typeof step === 'number' ? `${name}[${step}]` : name === '' ? step : `${name}.${step}`);
  const at = () => document.locate(way);
  const absent = value === undefined || value === null;
  const refuse = (message: string, help: string): undefined => { say(diagnose('CS5010', { message, help, at: at() })); };
  const remark = (severity: 'warning' | 'info', message: string, help: string): undefined => { say(diagnose('CS5010', { severity, message, help, at: at() })); };
  const wanted = (what: string, help: string): undefined => refuse(`\`${name}\` of ${owner} is ${absent ? 'missing' : `not ${what}`}`, help);
  const field: Field = {
    value, absent, name, at, refuse, remark,
    get: (...keys) => {
      const [key, ...rest] = keys;
      if (key === undefined) return field;
      if (!absent && !isMapping(value)) wanted('a mapping', 'write it as Kubernetes has it');
      return child(key, isMapping(value) && Object.hasOwn(value, key) ? value[key] : undefined).get(...rest);
    },
    items: () => {
      if (Array.isArray(value)) return value.map((member: unknown, index) => child(index, member));
      if (!absent) wanted('a list', 'write it as Kubernetes has it');
      return [];
    },
    text: () => (typeof value === 'string' && value !== '' ? value : wanted('a text', typeof value === 'number' || typeof value === 'boolean' ? 'write it in quotes' : 'write a text')),
    port: () => (isPort(value) ? value : wanted('a port', 'write a number from 1 to 65535')),
    portOrName: () => (typeof value === 'string' && value !== '' && !/^\d+$/.test(value) ? value
      : isPort(value) ? value : wanted('a port', typeof value === 'string' ? 'write the number without quotes' : 'write a number from 1 to 65535, or the name of a port')),
    flag: () => (absent ? false : typeof value === 'boolean' ? value : wanted('true or false', 'write `true` or `false`') ?? false),
    labels: () => {
      if (absent) return {};
      if (!isMapping(value)) return wanted('a mapping', 'write it as Kubernetes has it');
      const texts = Object.keys(value).sort().map((key) => [key, value[key]] as const);
      const odd = texts.filter(([, member]) => typeof member !== 'string');
      for (const [key, member] of odd) child(key, member).refuse(`the label \`${key}\` of ${owner} is not a text`, 'write its value in quotes');
      return odd.length > 0 ? undefined : Object.fromEntries(texts) as Readonly<Record<string, string>>;
    },
  };
  return field;
}

const isPort = (value: unknown): value is number => typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 65_535;
