import { callSite } from '../declare/call-site.ts';
import { defined, isFields, noForm, type Form } from '../declare/declaration.ts';
import { secondsOf, type Duration } from '../declare/duration.ts';
import { profile, type Profile } from './profile.ts';

export type DeclaredIssuer = Profile<'issuer'>;

export interface CertManagerOptions {
  /** Name of the issuer. */
  readonly issuer: string;
  /** `ClusterIssuer` where nothing is said. */
  readonly kind?: 'ClusterIssuer' | 'Issuer' | undefined;
  /** Life of a certificate; it is renewed after two thirds. `90d` where nothing is said, and at least `1h` (cert-manager, "Certificate resource"). */
  readonly duration?: Duration | undefined;
  /** trust-manager is there, and copies bundles to where they are used (cert-manager, "trust-manager"). */
  readonly trustManager?: boolean | undefined;
}

/** cert-manager issues certificates in this cluster. */
export const certManager = (options: CertManagerOptions): DeclaredIssuer => profile('issuer', issuerForm, options, callSite(certManager));

const issuerForm: Form = {
  ...noForm,
  lower({ options }, lowering) {
    if (!isFields(options)) return options;
    const { issuer, duration = '90d', ...rest } = defined(options);
    return {
      kind: 'ClusterIssuer', trustManager: false, ...rest,
      ...(issuer === undefined ? {} : { name: issuer }), duration: secondsOf(duration, 'duration', lowering.below('duration')),
    };
  },
  inside: (_, tokens) => (tokens[0] === 'name' ? ['issuer', ...tokens.slice(1)] : tokens),
};
