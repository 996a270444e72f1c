import { diagnose, type Diagnostic } from '#diagnostics';
import type { PlatformContext } from '../../platform-context.ts';
import { labelNameProblem } from '../../syntax/kubernetes-name.ts';
import { trustDomainProblem } from '../../syntax/spiffe.ts';
import { versionProblem } from '../../syntax/version.ts';
import { quoted } from '../../wording.ts';
import { invalid } from '../kubernetes-names.ts';

/** CS1034, CS1052 and CS1053: what a platform states of its mesh is well formed. */
export function meshValues({ platform: { mesh } }: PlatformContext): readonly Diagnostic[] {
  if (mesh === undefined) return [];
  const domain = trustDomainProblem(mesh.trustDomain);
  return [
    ...(domain === undefined ? [] : [diagnose('CS1052', {
      message: mesh.trustDomain === '' ? 'the trust domain of the mesh is empty' : `the trust domain of the mesh, ${quoted(mesh.trustDomain)}, ${domain.what}`, pointer: '/mesh/trustDomain',
      help: domain.instead === undefined ? 'write it as it stands in `meshConfig.trustDomain`, such as `prod.example.com`' : `write ${quoted(domain.instead)}, if that is what \`meshConfig.trustDomain\` says`,
    })]),
    ...malformedVersion('the mesh', mesh.version, '/mesh/version'),
    ...invalid('the namespace of the mesh\'s control plane', mesh.namespace, '/mesh/namespace', labelNameProblem(mesh.namespace)),
    ...(mesh.dataPlane === 'ambient' ? invalid('the name of waypoints', mesh.waypoint, '/mesh/waypoint', labelNameProblem(mesh.waypoint)) : []),
  ];
}

export function malformedVersion(of: string, version: string, pointer: string): readonly Diagnostic[] {
  const problem = versionProblem(version);
  return problem === undefined ? [] : [diagnose('CS1053', {
    message: `the version of ${of}, ${quoted(version)}, ${problem.what}`, pointer,
    help: problem.instead === undefined ? 'write the release that runs there, such as `1.31` or `1.31.2`' : `write ${quoted(problem.instead)}`,
  })];
}
