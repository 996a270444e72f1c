// What there is to buy. Operations: the OpenAPI document of aws-containers/retail-store-sample-app at 1a28474 (Apache-2.0), imported.
// Nothing calls the search, so it is declared and denied.
import { api } from 'countersign';
import { acme } from './identities.ts';
import { operations } from './imported/catalog.openapi.ts';
import { catalog, ui } from './workloads.ts';

export const catalogApi = api('catalog', {
  servedBy: catalog, port: 'http', owner: 'team-catalogue',
  operations,
  exposedAt: { gateway: 'edge', host: 'partners.example.com' },
  offers: {
    getCatalogProducts: { to: [ui, acme], because: 'the shop lists products, and so does our reseller' },
    getCatalogProductsById: { to: [ui, acme], because: 'the shop shows a product, and so does our reseller' },
    getCatalogSize: { to: [ui], because: 'pages of products are counted' },
    getCatalogTags: { to: [ui], because: 'products are filtered by tag' },
  },
});
