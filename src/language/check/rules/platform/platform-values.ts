import { diagnose, type Diagnostic } from '#diagnostics';
import type { PlatformContext } from '../../platform-context.ts';
import { labelNameProblem } from '../../syntax/kubernetes-name.ts';
import { rangeProblem } from '../addresses.ts';
import { invalid, labelProblems } from '../kubernetes-names.ts';
import { invalidName } from '../names.ts';
import { numberProblem } from '../ports.ts';

/** CS1003, CS1005, CS1008, CS1013 and CS1034: what a platform states is well formed. */
export function platformValues({ platform }: PlatformContext): readonly Diagnostic[] {
  const { podCidrs, nodeCidrs, apiServer, dns, name } = platform;
  const ranges = (what: string, cidrs: readonly string[], pointer: string): readonly Diagnostic[] => cidrs.flatMap((cidr, index) => rangeProblem(what, cidr, `${pointer}/${index}`));
  const problem = labelNameProblem(name);
  return [
    ...(problem === undefined ? [] : [invalidName('platform', name, '/name', problem)]),
    ...ranges('a range of pods', podCidrs, '/podCidrs'),
    ...ranges('a range of nodes', nodeCidrs, '/nodeCidrs'),
    ...(apiServer === undefined ? [] : [
      ...ranges('a range of the API server', apiServer.cidrs, '/apiServer/cidrs'),
      ...numberProblem('the API server\'s port', apiServer.port, '/apiServer/port'),
    ]),
    ...(dns === undefined ? [] : [
      ...ranges('a range of the node-local DNS cache', dns.nodeLocalCidrs, '/dns/nodeLocalCidrs'),
      ...numberProblem('the DNS pods\' port', dns.port, '/dns/port'),
      ...invalid('the namespace of the cluster\'s DNS', dns.namespace, '/dns/namespace', labelNameProblem(dns.namespace)),
      ...labelProblems('the labels of the cluster\'s DNS', dns.labels, '/dns/labels'),
      ...(Object.keys(dns.labels).length > 0 ? [] : [diagnose('CS1013', {
        message: `the labels of the cluster's DNS are empty, which means every pod of the namespace \`${dns.namespace}\``, pointer: '/dns/labels',
        help: 'state the labels of the DNS pods, such as `{ \'k8s-app\': \'kube-dns\' }`',
      })]),
    ]),
  ];
}
