import { domainOf, parseArn } from './arn.ts';

/**
 * A place in a text that is filled when the policy is deployed: `{{settlements}}` is the value of a hole,
 * `{{settlements.name}}` a part of it. Of a key that is made along with the policy, `{{made:orders-key}}`. No ARN and no
 * condition of IAM contains two braces in a row.
 */
const token = /\{\{((?:made:)?[A-Za-z0-9_-]+)(?:\.([a-zA-Z]+))?\}\}/g;

/** Names that a token can hold; those of holes are checked against it. */
export const tokenName = /^[A-Za-z0-9_-]+$/;

/** What of an ARN a resource's own properties want. */
const parts = {
  /** The last part of the resource: the name of a bucket, a queue, a table. */
  name: (arn: string) => (parseArn(arn)?.resource ?? '').split(/[/:]/).at(-1) ?? '',
  /** `https://sqs.<region>.<domain>/<account>/<name>` (Amazon SQS, "Queue and message identifiers"). */
  queueUrl: (arn: string) => {
    const { partition, region, account, resource } = parseArn(arn) ?? { partition: '', region: '', account: '', resource: '' };
    return `https://sqs.${region}.${domainOf(partition)}/${account}/${resource}`;
  },
} as const satisfies Readonly<Record<string, (arn: string) => string>>;
export type TokenPart = keyof typeof parts;

export const holeToken = (hole: string, part?: TokenPart): string => `{{${hole}${part === undefined ? '' : `.${part}`}}}`;
/** The ARN of the key that an API of this policy stands for, where the policy makes it. */
export const madeToken = (api: string, part?: TokenPart): string => holeToken(`made:${api}`, part);
/** The same of an ARN that is known. */
export const partOf = (arn: string, part: TokenPart): string => parts[part](arn);

/** The names that a text waits for, each once, in order. */
export const tokensIn = (text: string): readonly string[] => [...new Set([...text.matchAll(token)].map(([, name]) => name!))].sort();

/** With every token whose value is known replaced by it. */
export const fillTokens = (text: string, values: ReadonlyMap<string, string>): string => text.replaceAll(token, (whole, name: string, part: string | undefined) => {
  const value = values.get(name);
  if (value === undefined) return whole;
  if (part === undefined) return value;
  if (!Object.hasOwn(parts, part)) return whole;
  return parts[part as TokenPart](value);
});

/** The names that the texts anywhere within a value wait for, each once, in order. */
export function tokensWithin(value: unknown): readonly string[] {
  const found = new Set<string>();
  const visit = (part: unknown): void => {
    if (typeof part === 'string') for (const name of tokensIn(part)) found.add(name);
    else if (typeof part === 'object' && part !== null) for (const member of Object.values(part)) visit(member);
  };
  visit(value);
  return [...found].sort();
}

/** The same value with all of its texts filled. What has nothing to fill is handed on as it is. */
export function fillWithin<T>(value: T, values: ReadonlyMap<string, string>): T {
  if (tokensWithin(value).length === 0) return value;
  if (typeof value === 'string') return fillTokens(value, values) as T;
  if (Array.isArray(value)) return value.map((member: unknown) => fillWithin(member, values)) as T;
  return Object.fromEntries(Object.entries(value as object).map(([key, member]) => [key, fillWithin(member, values)])) as T;
}

/** How long a text can become, in characters, when each token holds as much as it may. */
export const longestText = (text: string, longest: (name: string) => number): number =>
  text.length + [...text.matchAll(token)].reduce((sum, [whole, name]) => sum + longest(name!) - whole.length, 0);
