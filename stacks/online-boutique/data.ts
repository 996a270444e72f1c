// The carts. Redis knows no operations that a network could tell apart: whoever connects may do everything.
import { api, tcp } from 'countersign';
import { cartservice, redisCart } from './workloads.ts';

export const redisApi = api('redis-cart', {
  servedBy: redisCart, port: 6379, owner: 'team-shop',
  operations: { connect: tcp(6379) },
  offers: { connect: { to: [cartservice], because: 'carts are kept in Redis' } },
});
