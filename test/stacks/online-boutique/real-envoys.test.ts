import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Api, Workload } from '#ir';
import { crossing, decide, type Request } from '#spec';
import { describeWithEngines } from '../../engines/engine.ts';
import { asking, each } from '../retail-store/real-envoys/asking.ts';
import { nobody } from '../retail-store/real-envoys/callers.ts';
import { strangersTo, workloadsOf } from '../retail-store/real-envoys/connected.ts';
import { deployed, without, type Spoil } from '../retail-store/real-envoys/deployed.ts';
import { misjudged } from '../retail-store/real-envoys/judged.ts';
import { meshProxy, type Connected, type MeshAsked, type MeshProxy } from '../retail-store/real-envoys/mesh-proxy.ts';
import { neighboursOf, operationsOf, type Question } from '../retail-store/real-envoys/questions.ts';
import { wallet } from '../retail-store/real-envoys/shown.ts';
import { compiledEstate } from './compiled-estate.ts';

const compiled = compiledEstate();
const estate = deployed(compiled);
const { platform, policy, read } = estate;
const served = policy.workloads.flatMap((workload) => policy.apis.filter(({ servedBy }) => servedBy.kind === 'workload' && servedBy.workload === workload.name).map((api) => [workload.name, workload, api] as const));
const speaking = (kind: string) => served.filter(([, , { operations }]) => operations.some((operation) => operation.kind === kind));
const proxyOf = async (workload: Workload, from = estate): Promise<MeshProxy> => meshProxy(from, workload, await wallet(policy, { kind: 'ConfigMap', namespace: 'default', name: 'none' }));

/** Who is granted something of an API; whoever else has to be told from that one. */
const grantedOne = ({ offers }: Api): Connected => workloadsOf(policy).find(({ name }) => offers.some(({ to }) => to.some((identity) => identity.kind === 'workload' && identity.name === name)))!;
const everyone = (workload: Workload, api: Api): readonly Connected[] => [...workloadsOf(policy), ...strangersTo(policy, platform, workload.kubernetes!.namespace, grantedOne(api))];

const count = { asked: 0, allowed: 0, denied: 0 };

/** What is wrong with the answers of a sidecar: against the meaning, and against our reading of its objects. */
async function faults(proxy: MeshProxy, asks: readonly MeshAsked[]): Promise<readonly string[]> {
  const wrong: string[] = [];
  await each(asks, async (asked) => {
    const { meant, outcome, read: verdict, request } = await proxy.ask(asked), came = outcome.arrived === undefined ? 'deny' : 'allow';
    const named = `${asked.by.name}: ${asked.method} ${asked.path} over ${asked.protocol ?? 'HTTP/1.1'}`;
    count.asked++;
    if (came === 'allow') count.allowed++; else count.denied++;
    const fault = asked.by.shows === undefined ? misjudged(policy, { asked, outcome, request, meant }) : came === 'deny' ? undefined : 'is let through';
    if (fault !== undefined) wrong.push(`${named} ${fault}, and is meant to be ${meant}`);
    if ((asked.by.shows === undefined || asked.by.shows === 'none') && verdict !== came) wrong.push(`${named} is ${outcome.refused ?? outcome.status}, and read as ${verdict}`);
  });
  return wrong;
}

describeWithEngines(['envoy', 'xlate'], 'the Online Boutique\'s sidecars: pilot\'s configuration in a real Envoy', () => {
  /** Of other services, of the health service, and what only looks like a call. */
  const strange: readonly Question[] = [
    ...['hipstershop.PaymentService/Charge', 'hipstershop.CartService/GetCart', 'hipstershop.ProductCatalogService/SearchProducts', 'grpc.health.v1.Health/Check', 'grpc.reflection.v1.ServerReflection/ServerReflectionInfo'].map((path) => ({ method: 'POST', path: `/${path}` })),
    { method: 'POST', path: '/' }, { method: 'POST', path: '/*' },
  ];
  it.each(speaking('grpc'))('that of %s lets each identity call what the policy allows, by method, and is what we read', async (_, workload, api) => {
    const proxy = await proxyOf(workload);
    try {
      const own = operationsOf(api), near = neighboursOf(api), by = grantedOne(api), ask = { api, who: nobody };
      expect(await faults(proxy, [
        ...[...own, ...strange].flatMap((question) => everyone(workload, api).map((one): MeshAsked => ({ ...ask, ...question, by: one, protocol: 'grpc' }))),
        ...own.flatMap((question) => (['http2', 'request'] as const).map((protocol): MeshAsked => ({ ...ask, ...question, by, protocol }))), // POST is what a call is, whatever it is made with
        ...near.map((question): MeshAsked => ({ ...ask, ...question, by, protocol: 'http2' })),
      ])).toEqual([]);
    } finally { await proxy.stop(); }
  }, 120_000);

  it.each(speaking('tcp'))('that of %s lets connect who may, and is what we read', async (_, workload, api) => {
    const proxy = await proxyOf(workload);
    try {
      for (const by of everyone(workload, api)) {
        const { meant, outcome: { arrived }, read: verdict } = await proxy.connect(by, api), came = arrived === undefined ? 'deny' : 'allow';
        expect([by.name, came]).toEqual([by.name, by.shows === undefined ? meant : 'deny']);
        if (by.shows === undefined || by.shows === 'none') expect([by.name, verdict]).toEqual([by.name, came]);
      }
    } finally { await proxy.stop(); }
  }, 60_000);

  describe('that of frontend, which anyone may reach from outside', () => {
    const [, workload, api] = served.find(([name]) => name === 'frontend')!;
    let proxy: MeshProxy;
    beforeAll(async () => void (proxy = await proxyOf(workload)), 60_000);
    afterAll(async () => proxy?.stop());

    it('lets each identity of the cluster do what the policy allows, and is what we read', async () => {
      const granted = grantedOne(api);
      expect(granted.name).toBe('loadgenerator');
      expect(await faults(proxy, [
        ...operationsOf(api).flatMap((question) => everyone(workload, api).map((by) => ({ ...question, api, by, who: nobody }))),
        ...neighboursOf(api).map((question) => ({ ...question, api, by: granted, who: nobody })),
      ])).toEqual([]);
    }, 120_000);

    /** In plain text, as a load balancer that keeps addresses hands it on. */
    async function stranger(ip: string, { method, path }: Question): Promise<{ readonly outcome: Awaited<ReturnType<typeof asking>>; readonly request: Request }> {
      const request: Request = { throughExposure: true, context: { time: new Date().toISOString(), sourceAddress: ip }, to: { kind: 'http', api: api.name, method, path: path.replace(/\?.*$/, '') } };
      return { request, outcome: await asking(proxy.served.echoes, (marked) => proxy.served.request({ as: 'plain text', port: 8080, source: ip, host: 'shop.example.com', method, path, headers: marked })) };
    }
    const verdict = (request: Request, ip: string) => {
      const { proxy: _, ...hop } = crossing(policy, platform, request).intended.find(({ enforcer }) => enforcer === 'mesh')!;
      return read.mesh({ ...hop, proxy: 'sidecar', from: { ip } });
    };

    it('lets anyone outside do what the policy allows, method by method', async () => {
      const wrong: string[] = [];
      await each([...operationsOf(api), ...neighboursOf(api)].flatMap((question) => ['203.0.113.7', '198.51.100.9', '8.8.8.8'].map((ip) => ({ question, ip }))), async ({ ip, question }) => {
        const { outcome, request } = await stranger(ip, question), meant = decide(policy, request).decision, came = outcome.arrived === undefined ? 'deny' : 'allow';
        count.asked++;
        if (came === 'allow') count.allowed++; else count.denied++;
        const fault = misjudged(policy, { asked: question, outcome, request, meant });
        if (fault !== undefined) wrong.push(`${ip}: ${question.method} ${question.path} ${fault}, and is meant to be ${meant}`);
        if (verdict(request, ip) !== came) wrong.push(`${ip}: ${question.method} ${question.path} is ${outcome.status}, and read as ${verdict(request, ip)}`);
      });
      expect(wrong).toEqual([]);
    }, 120_000);

    it.each(['10.244.9.9', '10.244.0.1', '10.244.255.254', '10.0.0.5', '10.0.15.254'])('lets %s, of a pod or a node, do nothing in plain text', async (ip) => {
      expect((await stranger('203.0.113.7', { method: 'GET', path: '/' })).outcome.arrived).toBeDefined();
      for (const question of operationsOf(api)) {
        const { outcome, request } = await stranger(ip, question);
        expect([outcome.arrived, verdict(request, ip)]).toEqual([undefined, 'deny']);
      }
    });

    it.each<readonly [string, Question, string | undefined]>([
      ['HEAD of a page', { method: 'HEAD', path: '/' }, undefined], ['POST of a page', { method: 'POST', path: '/' }, undefined], ['GET of an order', { method: 'GET', path: '/cart/checkout' }, undefined], ['the probe', { method: 'GET', path: '/_healthz' }, undefined],
      ['the probe by way of files', { method: 'GET', path: '/static/../_healthz' }, undefined], ['the probe by way of encoded files', { method: 'GET', path: '/static/..%2f_healthz' }, undefined], ['the probe by way of double slashes', { method: 'GET', path: '//_healthz' }, undefined], ['a folder of files', { method: 'GET', path: '/static/' }, undefined],
      ['slashes alone', { method: 'GET', path: '//' }, undefined], ['more of them', { method: 'GET', path: '///' }, undefined], ['a slash that is encoded', { method: 'GET', path: '/%2f' }, undefined], ['slashes that dots leave behind', { method: 'GET', path: '/static/..//' }, undefined],
      ['a page by way of files', { method: 'GET', path: '/static/../cart' }, 'GET /cart'], ['a file', { method: 'GET', path: '/static/styles/cart.css' }, 'GET /static/styles/cart.css'], ['a file with a query', { method: 'GET', path: '/static/a.js?v=1' }, 'GET /static/a.js?v=1'], ['an order', { method: 'POST', path: '/cart/checkout' }, 'POST /cart/checkout'],
    ])('%s from outside', async (_, question, expected) => {
      const { outcome: { arrived }, request } = await stranger('203.0.113.7', question);
      expect(verdict(request, '203.0.113.7')).toBe(arrived === undefined ? 'deny' : 'allow');
      expect(arrived === undefined ? undefined : `${arrived.method} ${arrived.path}`).toBe(expected);
    });
  });

  it('have been asked, and have let through, as much as the estate is about', () => {
    expect(count.asked).toBeGreaterThan(1500);
    expect(count.allowed).toBeGreaterThan(80);
    expect(count.denied).toBeGreaterThan(1200);
  });

  /** An ALLOW that asks for whoever is granted something, and not for what. */
  const anyCall: Spoil = (object) => {
    const { rules = [] } = object['spec'] as { readonly rules?: readonly { readonly from?: unknown }[] };
    return object.kind === 'AuthorizationPolicy' && object.metadata.name === 'countersign-productcatalogservice' ? { ...object, spec: { ...(object['spec'] as object), rules: rules.map(({ from }) => ({ from })) } } : object;
  };
  it.each<[string, string, string, Spoil]>([
    ['its ALLOW', 'paymentservice', 'is stopped with', without('AuthorizationPolicy', 'countersign-paymentservice')],
    ['any denial', 'paymentservice', 'is let through', without('AuthorizationPolicy', 'countersign-paymentservice', 'countersign-default-deny', 'countersign-paymentservice.never')],
    ['methods', 'productcatalogservice', 'is let through', anyCall],
  ])('without %s, that of %s is found out', async (_, name, how, spoil) => {
    const [, workload, api] = served.find(([server]) => server === name)!;
    const proxy = await proxyOf(workload, deployed(compiled, spoil));
    try {
      expect(await faults(proxy, operationsOf(api).flatMap((question) => everyone(workload, api).map((by): MeshAsked => ({ ...question, api, by, who: nobody, protocol: 'grpc' }))))).toContainEqual(expect.stringContaining(how));
    } finally { await proxy.stop(); }
  }, 60_000);
});
