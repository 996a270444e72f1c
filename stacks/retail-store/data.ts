// The stores: whoever connects may do everything, so each has one caller.
import { api, tcp } from 'countersign';
import { catalog, catalogMysql, checkout, checkoutRedis, orders, ordersPostgresql } from './workloads.ts';

export const mysqlApi = api('catalog-mysql', {
  servedBy: catalogMysql, port: 'mysql', owner: 'team-data',
  operations: { connect: tcp(3306) },
  offers: { connect: { to: [catalog], because: 'products are kept in MySQL' } },
});

export const redisApi = api('checkout-redis', {
  servedBy: checkoutRedis, port: 'redis', owner: 'team-data',
  operations: { connect: tcp(6379) },
  offers: { connect: { to: [checkout], because: 'a checkout in progress is kept in Redis' } },
});

export const postgresqlApi = api('orders-postgresql', {
  servedBy: ordersPostgresql, port: 'postgresql', owner: 'team-data',
  operations: { connect: tcp(5432) },
  offers: { connect: { to: [orders], because: 'orders are kept in PostgreSQL' } },
});

export const asks = [
  catalog.calls(mysqlApi.connect, { because: 'read products' }),
  checkout.calls(redisApi.connect, { because: 'keep a checkout in progress' }),
  orders.calls(postgresqlApi.connect, { because: 'keep orders' }),
];
