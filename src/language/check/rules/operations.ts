import { diagnose, type Diagnostic } from '#diagnostics';
import { resolvePort } from '#ir';
import type { LocatedApi, PolicyContext } from '../policy-context.ts';
import { quoted } from '../wording.ts';

/** CS1026: an operation is one that its API can serve. A `tcp` operation is the whole port, and stands alone. */
export function operations(context: PolicyContext): readonly Diagnostic[] {
  return context.apis.flatMap((api) => [...tcpProblems(context, api), ...mixedKinds(api)]);
}

function tcpProblems(context: PolicyContext, api: LocatedApi): readonly Diagnostic[] {
  const { servedBy } = api.value;
  const facts = servedBy.kind === 'workload' ? context.workloadNamed.get(servedBy.workload)?.value.kubernetes : undefined;
  const port = servedBy.kind !== 'workload' ? undefined : facts === undefined ? undefined : resolvePort(facts, servedBy.port, 'TCP');
  return api.operations.flatMap(({ value: operation, pointer }) => {
    if (operation.kind !== 'tcp') return [];
    const found: Diagnostic[] = [];
    if (operation.name !== 'connect') {
      found.push(diagnose('CS1026', {
        message: `the \`tcp\` operation ${quoted(`${api.value.name}.${operation.name}`)} is not called \`connect\`, which is what it allows: to connect, whatever is spoken then`,
        pointer: `${pointer}/name`, help: 'call it `connect`',
      }));
    }
    if (port !== undefined && operation.port !== port.number) {
      found.push(diagnose('CS1026', {
        message: `${quoted(`${api.value.name}.${operation.name}`)} is on port ${operation.port}, and ${quoted(api.value.name)} is served at port ${port.number}`,
        pointer: `${pointer}/port`, related: [{ message: `${quoted(api.value.name)} is served`, pointer: `${api.pointer}/servedBy` }],
        help: `write \`tcp(${port.number})\`, or serve port ${operation.port} as an API of its own`,
      }));
    }
    return found;
  });
}

/** HTTP and gRPC can share a port, since gRPC is HTTP. Nothing shares one with a grant on the whole of it. */
function mixedKinds(api: LocatedApi): readonly Diagnostic[] {
  const tcp = api.operations.filter(({ value }) => value.kind === 'tcp').sort((a, b) => (a.value.name < b.value.name ? -1 : 1));
  const first = tcp[0];
  const other = api.operations.filter(({ value }) => value.kind !== 'tcp').map(({ value }) => value.name).sort()[0];
  const found: Diagnostic[] = [];
  if (first !== undefined && other !== undefined) {
    found.push(diagnose('CS1026', {
      message: `${quoted(api.value.name)} has the \`tcp\` operation ${quoted(first.value.name)} beside ${quoted(other)}; whoever may use the whole port may also call that`,
      pointer: first.pointer, help: 'declare the `tcp` operation alone, or only the others',
    }));
  }
  const cloud = api.value.servedBy.kind === 'cloud';
  for (const { value, pointer } of api.operations) {
    if (!cloud && value.kind === 'cloud') {
      found.push(diagnose('CS1026', { message: `${quoted(`${api.value.name}.${value.name}`)} is a verb of the cloud, and ${quoted(api.value.name)} is served by a workload`, pointer, help: 'declare HTTP, gRPC, WebSocket or TCP operations, or the resource as an API of its own: `queue(…)`, `table(…)`, `bucket(…)`' }));
    }
    if (cloud && value.kind !== 'cloud') {
      found.push(diagnose('CS1026', { message: `${quoted(`${api.value.name}.${value.name}`)} is a ${value.kind} operation of a cloud resource, which has verbs only`, pointer, help: 'name a verb of the cloud\'s own' }));
    }
  }
  return found;
}
