import { cloudVerbs, type Api, type CloudOperation, type CloudServer, type CloudVerb, type Operation, type Policy } from '#ir';
import type { Destination, Request } from '#spec';

/** An operation of a resource with what it lets do, one line for each action and part. */
interface Opened { readonly api: Api; readonly operation: Operation; readonly verb: CloudVerb; readonly within: string | undefined }

const serverOf = ({ servedBy }: Api): CloudServer | undefined => (servedBy.kind === 'cloud' ? servedBy : undefined);

function opened(api: Api): readonly Opened[] {
  const service = serverOf(api)?.service;
  return api.operations.filter((operation): operation is CloudOperation => operation.kind === 'cloud')
    .flatMap((operation) => cloudVerbs.filter((verb) => verb.service === service && verb.verb === operation.verb).map((verb) => ({ api, operation, verb, within: operation.within })));
}

/** The operations by any of which the request could be granted, were they granted; undefined where the request is not about a resource of the cloud. */
export function cloudOperations(policy: Policy, request: Request): readonly { readonly api: Api; readonly operation: Operation }[] | undefined {
  const { to } = request;
  const api = to.kind === 'action' || to.kind === 'operation' ? policy.apis.find(({ name }) => name === to.api) : undefined;
  if (to.kind === 'action' && api !== undefined && serverOf(api) === undefined) return [];
  if (api === undefined || serverOf(api) === undefined) return to.kind === 'action' ? [] : undefined;
  const { inTheClear, weakerEncryption } = request.context;
  if (inTheClear === true) return [];
  const found = to.kind === 'action' ? (to.via === undefined ? about(api, to) : throughService(policy, api, to)) : to.kind === 'operation' ? containing(api, to.operation) : [];
  if (weakerEncryption === true && serverOf(api)?.encryptedBy !== undefined && found.some(({ verb }) => verb.service === 's3') && writes(api, to)) return [];
  return found;
}

type Action = Extract<Destination, { readonly kind: 'action' }>;

/** Some operation's verb has the action about that part. A key of an object that is not said could be any, so that it takes the whole bucket. */
const about = (api: Api, { action, within }: Action): readonly Opened[] => opened(api).filter((one) => one.verb.actions.some((each) => {
  if (each.action !== action) return false;
  if (each.on === 'object' || each.prefixKey !== undefined) return one.within === undefined || within?.slice(0, one.within.length) === one.within;
  return each.on === 'index' ? within === one.within : within === undefined;
}));

/** A service that keeps something encrypted under the key needs it for whoever may use that something so. */
const throughService = (policy: Policy, key: Api, { action, via }: Action): readonly Opened[] =>
  policy.apis.flatMap((api) => (serverOf(api)?.service === via && serverOf(api)?.encryptedBy === key.name ? opened(api) : [])).filter(({ verb }) => verb.keyActions.some((each) => each === action));

/** Whoever may do the same to all of which the named operation's part is a part. */
function containing(api: Api, name: string): readonly Opened[] {
  const all = opened(api), meant = all.find(({ operation }) => operation.name === name);
  if (meant === undefined) return [];
  return all.filter(({ verb, within }) => verb.verb === meant.verb.verb
    && (verb.service === 's3' ? within === undefined || (meant.within?.slice(0, within.length) === within) : within === meant.within));
}

const writes = (api: Api, to: Destination): boolean => (to.kind === 'action' ? to.action === 's3:PutObject'
  : to.kind === 'operation' && opened(api).some(({ operation, verb }) => operation.name === to.operation && verb.service === 's3' && verb.verb === 'write'));
