import type { Api, CloudOperation, CloudServer } from '../api.ts';
import { holeToken, madeToken } from './token.ts';
import { cloudVerbOf } from './verbs.ts';
import type { CloudAction, CloudVerb } from './verb.ts';

/** An API whose server is a resource of the cloud. */
export type CloudApi = Api & { readonly servedBy: CloudServer };
export const isCloudApi = (api: Api): api is CloudApi => api.servedBy.kind === 'cloud';

/** The ARN as texts hold it: itself, or the token that its value takes the place of. */
export function arnOf({ name, servedBy: { arn } }: CloudApi): string {
  if (arn === undefined) return madeToken(name);
  return typeof arn === 'string' ? arn : holeToken(arn.hole);
}

/** Undefined where the service has no such verb, which `check` reports. */
export const verbOf = ({ servedBy: { service } }: CloudApi, { verb }: CloudOperation): CloudVerb | undefined => cloudVerbOf(service, verb);

/** The resources that an action of an operation is about, as IAM matches them: only an object's key ends in `*`. */
export function resourceOf(api: CloudApi, { within }: CloudOperation, { on }: CloudAction): string {
  const arn = arnOf(api);
  switch (on) {
    case 'resource': return arn;
    case 'object': return `${arn}/${within ?? ''}*`;
    case 'index': return within === undefined ? arn : `${arn}/index/${within}`;
    default: return on satisfies never;
  }
}
