/** Ways to write, or to seem to write, `/actuator/prometheus`. */
export const actuatorSpellings = [
  '/actuator/prometheus', '//actuator/prometheus', '/actuator//prometheus', '///actuator///prometheus', '/./actuator/prometheus', '/actuator/./prometheus', '/x/../actuator/prometheus', '/x/y/../../actuator/prometheus', '/../actuator/prometheus', '/actuator/x/../prometheus',
  '/%2e/actuator/prometheus', '/x/%2e%2e/actuator/prometheus', '/x/%2E%2E/actuator/prometheus', '/x/.%2e/actuator/prometheus', '/x%2f..%2factuator/prometheus', '/x%2F..%2Factuator/prometheus', '/actuator%2fprometheus', '/actuator%2Fprometheus', '/%2factuator/prometheus',
  '/actuator%5cprometheus', '/actuator%5Cprometheus', '/actuator\\prometheus', '\\actuator\\prometheus', '/\\actuator/prometheus', '/x\\..\\actuator/prometheus',
  '/actuator;x=y/prometheus', '/actuator;/prometheus', '/;/actuator/prometheus', '/;x=y/actuator/prometheus', '/actuator/prometheus;x=y', '/actuator/prometheus;', '/x/..;/actuator/prometheus', '/x/..;x=y/actuator/prometheus', '/..;/actuator/prometheus', '/.;/actuator/prometheus', '/x/%2e%2e;/actuator/prometheus', '/cart/..%3b/actuator/prometheus', '/cart%3b/../actuator/prometheus',
  '/actuator/prometheus/', '/actuator/', '/actuator', '/actuator/prometheus//', '/actuator/prometheus?x=y', '/actuator/prometheus?/cart', '/actuator/prometheus%3fx', '/actuator/prometheus#', '/actuator/prometheus#/cart', '/cart#/../actuator/prometheus',
  '/%61ctuator/prometheus', '/%61%63%74%75%61%74%6f%72/prometheus', '/actuator/%70rometheus', '/actuato%72/prometheus', '/%41CTUATOR/prometheus', '/ACTUATOR/prometheus', '/Actuator/prometheus',
  '/actuator%00/prometheus', '/actuator/prometheus%00', '/%00/../actuator/prometheus', '/actuator/prometheus%0a', '/actuator%20/prometheus', '/ actuator/prometheus', '/actuator/prometheus.', '/actuator./prometheus', '/actuator/prometheus.json', '/actuator/prometheus%2ejson', '/actuator\u00a0/prometheus',
  '/%2561ctuator/prometheus', '/x/%252e%252e/actuator/prometheus', '/actuator%252fprometheus', '/%c0%ae%c0%ae/actuator/prometheus', '/x/%c0%ae%c0%ae/actuator/prometheus', '/actuator%c0%afprometheus', '/actuator%ef%bc%8fprometheus', '/%u0061ctuator/prometheus', '*', 'actuator/prometheus', '?/actuator/prometheus',
] as const;

/** As lenient a server as there is, short of decoding twice: it drops parameters, takes either slash for one, merges and resolves. Letters keep their case. */
export function leniently(path: string): string {
  const plain = path.replace(/[?#].*$/s, '').replaceAll(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  const segments: string[] = [];
  for (const segment of plain.replaceAll('\\', '/').split('/').map((each) => each.replace(/;.*$/s, ''))) {
    if (segment === '..') segments.pop(); else if (segment !== '' && segment !== '.') segments.push(segment);
  }
  return `/${segments.join('/')}`;
}
