import { builtinPeers, identityText, type IdentityProvider, type IdentityRef, type Labels, type Partner, type People } from '../identity.ts';
import { conditionShape } from './condition-shape.ts';
import { literal, map, named, optional, record, required, set, text, union, type Members, type Shape } from './shape.ts';

export const labelsShape: Shape<Labels> = map(text());
export const name = () => text({ examples: ['checkout'] });

export const identityMembers: Members<IdentityRef> = {
  workload: {
    description: 'A workload of this policy.',
    fields: {
      name: required(name(), 'Name of the workload.'),
      actingFor: optional(name(), 'Name of a group of people: this workload *and* a valid token of one of them, at every hop.'),
    },
  },
  people: { description: 'A group of people of this policy.', fields: { name: required(name(), 'Name of the group.') } },
  partner: { description: 'A partner organisation of this policy.', fields: { name: required(name(), 'Name of the partner.') } },
  anyone: { description: 'Anyone who arrives at the API\'s exposure. Never a pod of the cluster.', fields: {} },
  builtin: { description: 'A peer that every cluster has.', fields: { name: required(literal(...builtinPeers), 'Which built-in peer.') } },
  pods: {
    description: 'Whatever pod carries these labels, with or without its ServiceAccount. Written where a platform has accepted labels in place of an identity; nobody declares it.',
    fields: { namespace: required(text(), 'Namespace of the pods.'), labels: required(labelsShape, 'Labels that the pods carry.') },
  },
};
export const identityShape: Shape<IdentityRef> = named<IdentityRef>('identity', 'Identity', 'Who: a reference by kind and name.', () => union<IdentityRef>(identityMembers));
export const identities = (): Shape<readonly IdentityRef[]> => set(identityShape, identityText);

export const peopleShape: Shape<People> = named<People>('people', 'People', 'People known to one identity provider.', () => record<People>({
  name: required(name(), 'Name of this group of people, unique among them.'),
  via: required(name(), 'Name of the identity provider that knows them.'),
  where: optional(conditionShape, 'What narrows them down, such as a claim of their token.'),
}));

export const partnerShape: Shape<Partner> = named<Partner>('partner', 'Partner', 'Another organisation, known by its client certificate.', () => record<Partner>({
  name: required(name(), 'Name of the partner, unique among partners.'),
  certificate: required(record<Partner['certificate']>({
    ca: required(text(), 'Name of a bundle of certificate authorities of the platform.'),
    san: required(text({ examples: ['uri:spiffe://acme.example/billing'] }), 'The subject alternative name that its certificate carries.'),
  }), 'How its certificate is known.'),
}));

const assertionShape = named('assertion', 'Assertion', 'Where a token says something that conditions ask about.', () => record<NonNullable<NonNullable<IdentityProvider['asserts']>['mfa']>>({
  claim: required(text({ examples: ['amr'] }), 'Name of the claim.'),
  anyOf: optional(set(text()), 'Values of the claim that say yes; without it, the claim\'s value is what is asked for.'),
}));

export const identityProviderShape: Shape<IdentityProvider> = named<IdentityProvider>('identityProvider', 'Identity provider', 'Who issues people\'s tokens, and how its tokens say what conditions ask about.', () => record<IdentityProvider>({
  name: required(name(), 'Name of the provider, unique among providers.'),
  issuer: required(text({ format: 'uri', examples: ['https://login.example.com'] }), 'The `iss` of its tokens.'),
  audiences: required(set(text()), 'Any of these in `aud` is enough.'),
  jwksUri: required(text({ format: 'uri' }), 'Where its public keys are published.'),
  asserts: optional(record<NonNullable<IdentityProvider['asserts']>>({
    mfa: optional(assertionShape, 'How a token says that more than one factor was used.'),
    authenticatedAt: optional(assertionShape, 'How a token says when its person authenticated.'),
    device: optional(assertionShape, 'How a token says what is known of the device.'),
  }), 'How its tokens say what conditions ask about. A condition without a mapping is an error.'),
}));
