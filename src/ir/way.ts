import type { Plane } from './feature.ts';
import { mustAsk, type Grant } from './grant.ts';

/** How a request gets from its caller to its API. Named for what it passes last. */
export type Way = 'pods' | 'gateway' | 'cloud';

/** The planes that a request crosses on each way; an enforcer elsewhere never sees it. */
export const planesOnTheWay = {
  pods: ['network', 'mesh'],
  gateway: ['network', 'mesh', 'gateway'],
  cloud: ['network', 'cloud'],
} as const satisfies Record<Way, readonly Plane[]>;

/** A load-balanced Service puts no enforcer of its own on the way: its clients arrive at the pods. */
export function wayOf({ from, api }: Pick<Grant, 'from' | 'api'>): Way {
  if (api.servedBy.kind === 'cloud') return 'cloud';
  const outside = !mustAsk(from) && from.kind !== 'builtin';
  return outside && api.exposedAt?.kind === 'gateway' ? 'gateway' : 'pods';
}
