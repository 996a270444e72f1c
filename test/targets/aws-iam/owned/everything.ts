import type { Api, Policy } from '#ir';
import { segment } from '../../kubernetes/estate.ts';
import { arns, estate, resource } from './estate.ts';

/** One of everything that can be owned. */
export const everything: readonly Api[] = [
  resource('orders-key', { service: 'kms', arn: arns.kms }, { decrypt: ['auditor'] }),
  resource('made-key', { service: 'kms' }, {}),
  resource('settlements', { service: 'sqs', arn: arns.sqs, encryptedBy: 'orders-key', segment: 'vault' }, { send: ['orders'], receive: ['billing', 'ledger'] }),
  resource('events', { service: 'sns', arn: arns.sns, encryptedBy: 'made-key' }, { publish: ['orders'], subscribe: ['mailer'] }),
  resource('stripe', { service: 'secretsmanager', arn: arns.secretsmanager, encryptedBy: 'made-key' }, { read: ['payments'] }),
  resource('carts', { service: 'dynamodb', arn: arns.dynamodb, encryptedBy: 'orders-key' }, { get: ['carts'], put: ['carts'], query: ['carts'], queryByCustomer: ['carts', 'support'] }, { ByCustomer: 'by-customer' }),
  resource('media', { service: 's3', arn: arns.s3, encryptedBy: 'made-key', segment: 'vault' }, { read: ['web'], readThumbs: ['app'], writeThumbs: ['worker'], listThumbs: ['app'] }, { Thumbs: 'thumbs/' }),
];
export const vault = segment('vault', { holds: 'restricted', requires: { people: [], workloads: [], partners: [], transport: { tls: '1.3' } } });
export const whole = (apis: readonly Api[] = everything): Policy => estate(apis, { segments: [vault] });
