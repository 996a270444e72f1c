import { both, no, not, perhaps, some, yes, type Truth } from '../../truth.ts';
import { attempt, fields, list, oneOf, present, refuse, text, type Fields } from '../../reading.ts';
import { isResource } from './arn-matching.ts';
import { allHold, readCondition, type Condition } from './condition.ts';
import { readPrincipals, type Principals } from './principal.ts';
import type { Context } from './context.ts';
import { plainText, readTemplate, resolve, type Template } from './template.ts';
import { isLike, patternOf, type Pattern } from './wildcard.ts';

/** `identity` also for boundaries and session policies. A `trust` policy is the resource policy of a role. */
export type DocumentKind = 'identity' | 'resource' | 'trust';

export interface Statement {
  readonly effect: 'Allow' | 'Deny';
  readonly principals?: Principals;
  readonly actions: { readonly listed: readonly Pattern[]; readonly excepted: boolean };
  /** Absent in a trust policy: the role. */
  readonly resources?: { readonly listed: readonly Template[]; readonly plain: ReadonlySet<string>; readonly excepted: boolean };
  readonly conditions: readonly Condition[];
}
/** The statements about an action. Undefined: the document can't be read, so that it may say anything. */
export interface Document { readonly statements: (action: string) => readonly Statement[] | undefined }

export const anything: Document = { statements: () => undefined };

/** What a policy is asked about. */
export interface Asked { readonly action: string; readonly resource: string; readonly context: Context }

/**
 * Reads a policy by "Grammar of the IAM JSON policy language" and "IAM JSON policy elements reference": an object, or its
 * text. What a service would refuse, and whatever is not known here, makes it `anything`.
 */
export function readDocument(value: unknown, kind: DocumentKind): Document {
  const statements = attempt(() => {
    const document = fields(typeof value === 'string' ? parsed(value) : value, ['Version', 'Id', 'Statement']);
    // "If you do not include a Version element, the value defaults to 2008-10-17", and variables are then text.
    const version = present(document['Version']) ? oneOf(document['Version'], ['2012-10-17', '2008-10-17']) : '2008-10-17';
    const written = Array.isArray(document['Statement']) ? list(document['Statement']) : present(document['Statement']) ? [document['Statement']] : refuse('no statement');
    const sids = written.map((one) => (one as Fields | null)?.['Sid']).filter(present);
    if (new Set(sids).size !== sids.length) refuse('a Sid twice');
    return written.map((one) => readStatement(one, kind, version === '2012-10-17'));
  });
  if (statements === undefined) return anything;
  const concerning = new Map<string, readonly Statement[]>();
  return {
    statements(action) {
      const key = action.toLowerCase(), before = concerning.get(key);
      if (before !== undefined) return before;
      const found = statements.filter((statement) => isAction(statement, key) !== no);
      concerning.set(key, found);
      return found;
    },
  };
}

function parsed(json: string): unknown {
  try { return JSON.parse(json); } catch { return refuse('not JSON'); }
}

function readStatement(value: unknown, kind: DocumentKind, variables: boolean): Statement {
  const statement = fields(value, ['Sid', 'Effect', 'Principal', 'NotPrincipal', 'Action', 'NotAction', 'Resource', 'NotResource', 'Condition']);
  const effect = oneOf(statement['Effect'], ['Allow', 'Deny']);
  if (present(statement['Sid'])) text(statement['Sid']);
  const [actions, actionsExcepted] = eitherOf(statement, 'Action') ?? refuse('no action');
  const resources = eitherOf(statement, 'Resource'), principals = statement['Principal'] ?? statement['NotPrincipal'];
  if (present(statement['Principal']) && present(statement['NotPrincipal'])) refuse('Principal beside NotPrincipal');
  if (kind === 'identity' ? present(principals) : !present(principals)) refuse('a principal where there can be none, or none where there must be one');
  if (kind === 'trust' ? resources !== undefined : resources === undefined) refuse('a resource where there can be none, or none where there must be one');
  const templates = resources?.[0].map((one) => readTemplate(one, { variables, wildcards: true }));
  return {
    effect,
    actions: { listed: actions.map(readAction), excepted: actionsExcepted },
    ...(templates === undefined ? {} : { resources: { listed: templates.filter((one) => plainText(one) === undefined), plain: new Set(templates.map(plainText).filter((one) => one !== undefined)), excepted: resources![1] } }),
    ...(present(principals) ? { principals: readPrincipals(principals, present(statement['NotPrincipal']), effect) } : {}),
    conditions: present(statement['Condition']) ? readConditions(statement['Condition'], variables) : [],
  };
}

/** "You must include either an `Action` or `NotAction`", never both; of one member the list may be left out. */
function eitherOf(statement: Fields, name: 'Action' | 'Resource'): readonly [readonly string[], boolean] | undefined {
  const listed = statement[name], others = statement[`Not${name}`];
  if (present(listed) && present(others)) refuse(`${name} beside Not${name}`);
  const value = listed ?? others;
  if (!present(value)) return undefined;
  const texts = textsOf(value);
  return texts.length === 0 ? refuse(`empty ${name}`) : [texts, present(others)];
}
const textsOf = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(text) : [text(value)]);

/** `sqs:Send*`: case does not matter ("IAM JSON policy elements: Action"). */
function readAction(action: string): Pattern {
  if (action !== '*' && !/^[A-Za-z0-9*?-]+:[A-Za-z0-9*?]+$/.test(action)) refuse('not an action');
  return patternOf(action.toLowerCase(), true);
}

/** Values may be numbers and booleans in JSON, which is their text. */
function readConditions(value: unknown, variables: boolean): readonly Condition[] {
  return Object.entries(fieldsOf(value)).flatMap(([operator, keys]) => Object.entries(fieldsOf(keys)).map(([key, values]) => {
    const texts = (Array.isArray(values) ? values : [values]).map((one) => (typeof one === 'number' || typeof one === 'boolean' ? String(one) : text(one)));
    return texts.length === 0 ? refuse('a condition without values') : readCondition(operator, key, texts, variables);
  }));
}
const fieldsOf = (value: unknown): Fields => (typeof value === 'object' && value !== null && !Array.isArray(value) ? value as Fields : refuse('not an object'));

function isAction({ actions }: Statement, action: string): Truth {
  const found = some(actions.listed, (pattern) => isLike(pattern, action));
  return actions.excepted ? not(found) : found;
}

/** Does a statement about the action apply, its principals left aside? */
function applies(statement: Statement, { context, resource }: Asked): Truth {
  const found = concerns(statement, resource, context);
  return found === no ? no : both(found, allHold(statement.conditions, context));
}

function concerns({ resources }: Statement, resource: string, context: Context): Truth {
  if (resources === undefined) return yes;
  let valueless = false;
  const found = resources.plain.has(resource) ? yes : some(resources.listed, (template) => {
    const pattern = resolve(template, context);
    valueless ||= pattern === undefined;
    return pattern === undefined ? no : isResource(pattern, resource);
  });
  // "The resource that includes a policy variable with no value will not match any resource", which of NotResource can be read either way.
  if (resources.excepted && valueless && found === no) return perhaps;
  return resources.excepted ? not(found) : found;
}

/** Whether some document has a statement of that effect that applies. Of one that can't be read it is not known. */
export function anyApplies(documents: readonly Document[], effect: Statement['effect'], asked: Asked, to: (statement: Statement) => Truth = () => yes): Truth {
  return some(documents, (document) => {
    const statements = document.statements(asked.action);
    return statements === undefined ? perhaps : some(statements.filter((one) => one.effect === effect), (statement) => {
      const concerned = to(statement);
      return concerned === no ? no : both(concerned, applies(statement, asked));
    });
  });
}
