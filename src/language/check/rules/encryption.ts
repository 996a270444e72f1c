import { diagnose, type Diagnostic } from '#diagnostics';
import { atRestDemands, classWithoutSegment, cloudServiceFacts, isCloudApi, parseArn, type CloudApi, type Segment } from '#ir';
import type { Located } from '../located.ts';
import { segmentServing, type LocatedApi, type PolicyContext } from '../policy-context.ts';
import { quoted } from '../wording.ts';

/** CS1067, CS1068 and CS1069: what is stored is encrypted with a key, one that its service can use, as its segment demands. */
export function encryption(context: PolicyContext): readonly Diagnostic[] {
  return context.apis.flatMap((api) => (isCloudApi(api.value) ? [...keyProblems(context, api.value, api.pointer), ...demandProblems(context, api, api.value)] : []));
}

type Key = LocatedApi & { readonly value: CloudApi };
const isKey = (api: LocatedApi): api is Key => isCloudApi(api.value) && api.value.servedBy.service === 'kms';
/** The key that a resource names, if it is one. */
function keyOf(context: PolicyContext, { servedBy: { encryptedBy } }: CloudApi): Key | undefined {
  const found = encryptedBy === undefined ? undefined : context.apiNamed.get(encryptedBy);
  return found !== undefined && isKey(found) ? found : undefined;
}

function keyProblems(context: PolicyContext, api: CloudApi, at: string): readonly Diagnostic[] {
  const { encryptedBy, service } = api.servedBy;
  if (encryptedBy === undefined) return [];
  const { noun, stores } = cloudServiceFacts[service], pointer = `${at}/servedBy/encryptedBy`;
  if (!stores) {
    return [diagnose('CS1067', {
      message: `${quoted(api.name)} is a ${noun}, and stores nothing that a key could encrypt`, pointer,
      help: service === 'kms' ? 'leave `encryptedBy` out: keys of KMS are not encrypted with each other' : 'leave `encryptedBy` out',
    })];
  }
  const found = context.apiNamed.get(encryptedBy); // that there is none is said by `references`
  if (found === undefined) return [];
  const related = [{ message: `${quoted(encryptedBy)} is declared`, pointer: found.pointer }];
  if (!isKey(found)) {
    return [diagnose('CS1067', {
      message: `${quoted(api.name)} is encrypted by ${quoted(encryptedBy)}, which is ${isCloudApi(found.value) ? `a ${cloudServiceFacts[found.value.servedBy.service].noun}` : 'served by a workload'} and no key`, pointer, related,
      help: 'name a key of this policy: `key(\'orders-key\', …)`',
    })];
  }
  const [resource, key] = [arnIn(api), arnIn(found.value)];
  if (resource === undefined || key === undefined) return []; // of a hole it is known when the policy is deployed
  // Amazon S3's ARNs name neither: a bucket is where the platform is, and its key is looked at there (`awsAccounts`)
  if (resource.region !== '' && resource.region !== key.region) {
    return [diagnose('CS1068', {
      message: `${quoted(api.name)} is in ${quoted(resource.region)} and its key ${quoted(encryptedBy)} in ${quoted(key.region)}: a service asks KMS in its own region, where that key is not`, pointer, related,
      help: `name a key of ${quoted(resource.region)}`,
    })];
  }
  return resource.account === '' || resource.account === key.account ? [] : [diagnose('CS1068', {
    message: `${quoted(api.name)} is in the account ${quoted(resource.account)} and its key ${quoted(encryptedBy)} in ${quoted(key.account)}, whose key policy nobody here writes or sees`, pointer, related,
    help: `name a key of the account ${quoted(resource.account)}`,
  })];
}

const arnIn = ({ servedBy: { arn } }: CloudApi) => (typeof arn === 'string' ? parseArn(arn) : undefined);

/** What the segment holds decides; without one, what `holds` is where nothing is said. */
function demandProblems(context: PolicyContext, located: LocatedApi, api: CloudApi): readonly Diagnostic[] {
  const { encryptedBy, service } = api.servedBy;
  const { noun, stores } = cloudServiceFacts[service];
  if (!stores) return [];
  const segment = segmentServing(context, located);
  const holds = segment?.value.holds ?? classWithoutSegment;
  const demand = atRestDemands[holds];
  if (demand.key === 'none') return [];
  const where = `the segment ${quoted(segment?.value.name ?? '')} holds ${quoted(holds)} data`, demands = `which demands ${demand.demands}`;
  const related = segment === undefined ? [] : [{ message: `${quoted(segment.value.name)} is declared`, pointer: segment.pointer }];
  if (encryptedBy === undefined) {
    return [diagnose('CS1069', {
      message: `the ${noun} ${quoted(api.name)} names no key, and ${where}, ${demands}`, pointer: `${located.pointer}/servedBy`, related,
      help: demand.key === 'named' ? 'state `encryptedBy: key(…)`' : 'declare a key without `arn` in that segment, which is made along with the policy, owned and rotated, and state it as `encryptedBy`',
    })];
  }
  const key = keyOf(context, api);
  if (key === undefined || demand.key === 'named') return [];
  const lacks = missing(key, segmentServing(context, key), holds);
  return lacks === undefined ? [] : [diagnose('CS1069', {
    message: `the ${noun} ${quoted(api.name)} is encrypted by ${quoted(key.value.name)}, which ${lacks.what}, and ${where}, ${demands}`, pointer: `${located.pointer}/servedBy/encryptedBy`,
    related: [{ message: `${quoted(key.value.name)} is declared`, pointer: key.pointer }, ...related], help: lacks.help,
  })];
}

/** The first thing that a key lacks for what is restricted. */
function missing({ value: { servedBy: { arn, owned, rotationDays } } }: Key, segment: Located<Segment> | undefined, holds: Segment['holds']): { readonly what: string; readonly help: string } | undefined {
  const make = 'leave `arn` out of the key: it is made along with the policy then, owned and rotated';
  if (!owned) return { what: 'is not owned', help: make };
  if (arn !== undefined) return { what: 'is there already, so that nothing here says that it rotates', help: make };
  if (rotationDays === undefined) return { what: 'does not rotate', help: 'state `rotationDays: 365` on the key' };
  if (segment?.value.holds !== holds) return { what: segment === undefined ? 'lives in no segment' : `lives in ${quoted(segment.value.name)}, which holds ${quoted(segment.value.holds)} data`, help: 'state the segment of what it encrypts as the key\'s own' };
  return undefined;
}
