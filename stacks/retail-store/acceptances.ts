// What this platform can't enforce, agreed to in writing, for a time.
import { acceptWeaker } from 'countersign';

/** Who declares metrics, as grants of the scraper. */
const scraped = ['ui', 'catalog', 'carts', 'checkout', 'orders'].map((name) => `metricsScraper → ${name}.metrics`);

export const acceptances = [
  acceptWeaker({
    grants: scraped, feature: 'operation.http', plane: 'mesh', owner: 'team-platform', until: '2027-06-30',
    because: 'Prometheus asks each pod by its address, where no waypoint reads its requests: on the scraped port it may ask for anything',
  }),
];
