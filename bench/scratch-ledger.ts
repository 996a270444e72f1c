import { ledger, verify } from '#analysis';
import { canonicalize, canonicalizePlatform, type Policy } from '#ir';
import { place } from '#placement';
import { builtinTargets } from '#targets';
import { ambient, desk, sidecar } from '../test/spec/desk.ts';
import { ledgerText } from '../src/cli/report/ledger-text.ts';
const n = Number(process.argv[2] ?? 1000), per = 10;
const names = Array.from({ length: n }, (_, i) => `w${i}`);
const [like] = desk.workloads; const t = desk.apis[0]!;
const policy0: Policy = { ...desk,
  workloads: names.map((name, i) => ({ name, kubernetes: { ...like!.kubernetes!, namespace: `ns${Math.floor(i / 10)}`, serviceAccount: name, selector: { app: name }, services: [{ name, port: 80, protocol: 'TCP', targetPort: 'http', type: 'ClusterIP' }] } })),
  apis: names.map((name, index) => { const { exposedAt: _e, ...rest } = t; const exposed = index % 10 === 0; return { ...rest, name, servedBy: { kind: 'workload', workload: name, port: 'http' } as const, ...(exposed ? { exposedAt: { kind: 'gateway', gateway: 'edge', host: `${name}.example.com` } as const } : {}),
    offers: [{ operation: 'list', when: [], because: 'x', to: Array.from({ length: per }, (_, s) => ({ kind: 'workload' as const, name: names[(index + s * 7 + 1) % n]! })) }, ...(exposed ? t.offers : [])] }; }),
  asks: names.flatMap((name, index) => Array.from({ length: per }, (_, s) => ({ from: { kind: 'workload' as const, name: names[(index + s * 7 + 1) % n]! }, to: { api: name, operation: 'list' } }))),
};
for (const raw of [ambient, sidecar]) {
  const policy = canonicalize(policy0).policy, platform = canonicalizePlatform(raw).platform;
  const time = <T>(what: string, f: () => T): T => { const s = performance.now(); const r = f(); console.log(raw.name, what, Math.round(performance.now() - s)); return r; };
  const targets = builtinTargets.filter(({ present }) => present?.(platform) ?? true);
  const { placement } = time('place', () => place(policy, platform, targets.map(({ capabilities, id, plane }) => ({ id, plane, capabilities: capabilities(platform) }))));
  const emitted = targets.map((target) => time(`lower ${target.id}`, () => { const { plan } = target.lower(policy, platform, placement); return { target, plan, artifacts: target.emit(plan) }; }));
  const { coverage, diagnostics } = time('verify', () => verify({ policy, platform, emitted }));
  console.log(JSON.stringify(coverage), diagnostics.length, diagnostics[0]?.message);
  const whole = time('ledger', () => ledger({ policy, platform, placement, coverage, targets: emitted.map(({ plan, target }) => ({ id: target.id, plane: target.plane, assumptions: target.assumptions, evidence: () => target.evidence(plan) })) }));
  const text = time('text', () => ledgerText(whole, { colour: false, width: 140 }));
  time('json', () => JSON.stringify(whole, null, 2).length);
  console.log(whole.grants.length, text.length);
}
