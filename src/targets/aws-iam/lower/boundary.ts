import { arnText, cloudServiceFacts, partitionOf, type Aws, type CloudService } from '#ir';
import type { PolicyDocument, PolicyStatement } from '../../target.ts';
import { compare } from '../../compare.ts';
import { documentOf, managedPolicy, sizeOf, type Longest } from './documents.ts';
import type { Permission } from './permissions.ts';
import { pascal } from './sid.ts';

/** How wide a service's part of a boundary is. */
type Width = 'granted' | 'everyPair' | 'everyResource';
const wider: Readonly<Record<Width, Width | undefined>> = { granted: 'everyPair', everyPair: 'everyResource', everyResource: undefined };

/**
 * The most that a role may ever do, whatever policies others attach to it: what it is granted, without conditions. A boundary
 * gives nothing (IAM, "Permissions boundaries for IAM entities"), so that a wider one admits nothing that the role's own policies
 * do not. It is one managed policy: where what is granted does not fit, the largest service's part gets wider, first to each of
 * its granted actions on each of its granted resources, then to those actions on any resource, until all of it fits.
 */
export function boundaryOf(aws: Aws, permissions: readonly Permission[], longest: Longest): PolicyDocument {
  const services = new Map<string, Map<string, Set<string>>>();
  for (const { action, resource } of permissions) {
    const service = action.slice(0, action.indexOf(':'));
    let resources = services.get(service);
    if (resources === undefined) services.set(service, resources = new Map());
    const actions = resources.get(resource);
    if (actions === undefined) resources.set(resource, new Set([action])); else actions.add(action);
  }
  const parts = [...services].sort(([a], [b]) => compare(a, b)).map(([service, resources]) => partOf(aws, service, resources, 'granted', longest));
  for (;;) {
    const document = documentOf(parts.flatMap(({ statements }) => statements));
    if (sizeOf(document, longest) <= managedPolicy) return document;
    const largest = parts.filter(({ width }) => wider[width] !== undefined).sort((a, b) => b.size - a.size)[0]; // stable: the first of equals
    if (largest === undefined) throw new Error('the actions of every service on every resource are more than a boundary holds');
    parts[parts.indexOf(largest)] = partOf(aws, largest.service, services.get(largest.service)!, wider[largest.width]!, longest);
  }
}

interface Part { readonly service: string; readonly width: Width; readonly statements: readonly PolicyStatement[]; readonly size: number }

function partOf(aws: Aws, service: string, resources: ReadonlyMap<string, ReadonlySet<string>>, width: Width, longest: Longest): Part {
  const statements = listsOf(aws, service, resources, width).map(([actions, on], index): PolicyStatement =>
    ({ Sid: `AtMost${pascal(service)}${index === 0 ? '' : index + 1}`, Effect: 'Allow', Action: actions, Resource: on }));
  return { service, width, statements, size: sizeOf(documentOf(statements), longest) };
}

function listsOf(aws: Aws, service: string, resources: ReadonlyMap<string, ReadonlySet<string>>, width: Width): readonly (readonly [readonly string[], readonly string[]])[] {
  const actions = [...new Set([...resources.values()].flatMap((each) => [...each]))].sort();
  switch (width) {
    case 'everyResource': return [[actions, [everyOf(aws, service as CloudService)]]];
    case 'everyPair': return [[actions, [...resources.keys()].sort()]];
    case 'granted': {
      const byActions = new Map<string, string[]>();
      for (const [resource, granted] of resources) {
        const key = [...granted].sort().join(' ');
        const list = byActions.get(key);
        if (list === undefined) byActions.set(key, [resource]); else list.push(resource);
      }
      return [...byActions].sort(([a], [b]) => compare(a, b)).map(([key, on]) => [key.split(' '), on.sort()] as const);
    }
    default: return width satisfies never;
  }
}

/** Every resource of a service, field by field: IAM turns down a bucket's or a role's ARN that has a region, be it any, and one of IAM's own that does not say of what kind. */
function everyOf({ region }: Aws, service: CloudService): string {
  const { account, arnService, regional } = cloudServiceFacts[service];
  return arnText({ partition: partitionOf(region), service: arnService, region: regional ? '*' : '', account: account ? '*' : '', resource: service === 'sts' ? 'role/*' : '*' });
}
