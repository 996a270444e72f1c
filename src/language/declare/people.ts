import { callSite } from './call-site.ts';
import { lowerCondition, type DeclaredCondition } from './condition.ts';
import { declaration, defined, isFields, nameIn, plainForm, type Declaration, type Form } from './declaration.ts';
import type { DeclaredPartner, DeclaredPeople } from './identity.ts';

export interface IdentityProviderOptions {
  /** The `iss` of its tokens. */
  readonly issuer: string;
  /** Any of these in `aud` is enough. */
  readonly audiences: readonly string[];
  readonly jwksUri: string;
  /** How its tokens say what conditions ask about. A condition without a mapping here is an error. A text is a claim's name. */
  readonly asserts?: { readonly [K in 'mfa' | 'authenticatedAt' | 'device']?: string | { readonly claim: string; readonly anyOf?: readonly string[] | undefined } | undefined } | undefined;
}
export interface DeclaredIdentityProvider<N extends string = string> { readonly kind: 'identityProvider'; readonly name: N; readonly [declaration]: Declaration }

const providerForm: Form = {
  ...plainForm('identityProviders'),
  lower({ name, options }) {
    if (!isFields(options)) return options;
    const { asserts, ...rest } = defined(options);
    if (!isFields(asserts)) return { name, ...rest, ...(asserts === undefined ? {} : { asserts }) };
    const mapped = Object.entries(defined(asserts)).map(([what, how]) => [what, typeof how === 'string' ? { claim: how } : how] as const);
    return { name, ...rest, asserts: Object.fromEntries(mapped) };
  },
};

/** Who issues people's tokens. */
export function identityProvider<const N extends string>(name: N, options: IdentityProviderOptions): DeclaredIdentityProvider<N> {
  return Object.freeze({ kind: 'identityProvider', name, [declaration]: { form: providerForm, name, options, site: callSite(identityProvider), ref: Object.freeze({ name }) } });
}

const peopleForm: Form = {
  ...plainForm('people'),
  lower({ name, options }, lowering) {
    if (!isFields(options)) return options;
    const { via, where, ...rest } = defined(options);
    return {
      name, ...rest,
      ...(via === undefined ? {} : { via: nameIn(lowering.refer(via)) }),
      ...(where === undefined ? {} : { where: lowerCondition(where, lowering.below('where')) }),
    };
  },
};

/** People whom one identity provider knows, narrowed by claims of their tokens. Offers to them stand alone: nobody asks. */
export function people<const N extends string>(name: N, options: { readonly via: DeclaredIdentityProvider; readonly where?: DeclaredCondition<'people'> | undefined }): DeclaredPeople<N> {
  return Object.freeze({ kind: 'people', name, [declaration]: { form: peopleForm, name, options, site: callSite(people), ref: Object.freeze({ kind: 'people', name }) } });
}

const partnerForm = plainForm('partners');

/** Another organisation, known by its client certificate: `ca` names a bundle of the platform, `san` its name in there. */
export function partner<const N extends string>(name: N, options: { readonly certificate: { readonly ca: string; readonly san: string } }): DeclaredPartner<N> {
  return Object.freeze({ kind: 'partner', name, [declaration]: { form: partnerForm, name, options, site: callSite(partner), ref: Object.freeze({ kind: 'partner', name }) } });
}
