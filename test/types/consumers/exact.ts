// Nothing that is exported may have degraded to `any`, under which everything above would pass.
import * as core from 'countersign';
import * as pulumi from 'countersign/pulumi';
import * as spec from 'countersign/spec';
import * as targets from 'countersign/targets';
import retail, { asks, bareKey, checkout, ledger, media, ordersApi, others, platforms, settlements } from './estate.js';

type IsAny<T> = 0 extends 1 & T ? true : false;
/** Names of what is `any`, or takes or returns it. */
type Anys<M> = { [K in keyof M]: true extends IsAny<M[K]> | (M[K] extends (...given: infer P) => infer R ? IsAny<R> | (number extends P['length'] ? IsAny<P[number]> : IsAny<P[0]> | IsAny<P[1]>) : false) ? K : never }[keyof M];
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : false;
const holds = <T extends true>(): void => undefined as unknown as T extends true ? void : never;

holds<Same<Anys<typeof core>, never>>();
holds<Same<Anys<typeof spec>, never>>();
holds<Same<Anys<typeof targets>, never>>();
holds<Same<Anys<typeof pulumi>, never>>();
holds<Same<IsAny<typeof ordersApi.create>, false>>();
holds<Same<NonNullable<typeof ordersApi.create.offeredTo>, 'workload:checkout' | 'workload:ui'>>();
holds<Same<NonNullable<typeof ordersApi.read.offeredTo>, 'workload:ui+people:shoppers'>>();
holds<Same<NonNullable<typeof ordersApi.peek.offeredTo>, 'anyone'>>();
holds<Same<NonNullable<typeof ordersApi.export.offeredTo>, 'partner:acme'>>();
holds<Same<NonNullable<typeof ordersApi.amend.offeredTo>, 'workload:ui' | 'workload:ui+people:shoppers' | 'people:support-leads' | 'workload:ui+people:support-leads'>>();
holds<Same<NonNullable<typeof ordersApi.cancel.offeredTo>, never>>();
holds<Same<typeof ordersApi.create.api, 'orders'>>();
holds<Same<typeof checkout.name, 'checkout'>>();
holds<Same<IsAny<(typeof asks)[number]>, false>>();
holds<Same<IsAny<typeof settlements.send>, false>>();
holds<Same<NonNullable<typeof settlements.send.offeredTo>, 'workload:orders'>>();
holds<Same<NonNullable<typeof settlements.receive.offeredTo>, never>>();
holds<Same<NonNullable<typeof ledger.queryByCustomer.offeredTo>, 'workload:orders' | 'workload:checkout'>>();
holds<Same<typeof ledger.scanByCustomer.operation, 'scanByCustomer'>>();
holds<Same<keyof typeof media & string, 'readThumbs' | 'listThumbs' | 'writeThumbs' | 'removeThumbs'>>();
holds<Same<NonNullable<(typeof others)[1][0]['publish']['offeredTo']>, 'workload:orders'>>();
holds<Same<typeof bareKey.decrypt.api, 'bare-key'>>();
holds<Same<typeof retail extends core.DeclaredPolicy<infer Holes> ? Holes : never, 'settlements' | 'orders-key' | 'media' | 'stripe' | 'events'>>();
holds<Same<IsAny<typeof retail.draft>, false>>();
holds<Same<typeof retail.draft.apis[number]['name'], string>>();
holds<Same<IsAny<(typeof platforms)[number]['draft']>, false>>();
holds<Same<keyof core.Platform & 'cni', 'cni'>>();
holds<Same<keyof core.KubernetesOptions & ('mesh' | 'gateways' | 'metricsScraper' | 'caBundles' | 'hosts' | 'issuer'), 'mesh' | 'gateways' | 'metricsScraper' | 'caBundles' | 'hosts' | 'issuer'>>();
