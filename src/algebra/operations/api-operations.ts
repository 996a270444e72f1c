import { isCloudApi, type Api } from '#ir';
import { isCanonical } from './canonical-path.ts';
import { methodNumber, SegmentTrie, type Template } from './segment-trie.ts';

const post = methodNumber('POST');

/** Which operation of an API owns a request, by its index in the API; -1 where none does. */
export interface ApiOperations {
  readonly byName: (operation: string) => number;
  readonly byRequest: (method: string, path: string, upgrade: boolean) => number;
}

/** Templates in a trie; gRPC methods, which come before templates, by their path; upgrades in a trie of their own. */
export function apiOperations(api: Api): ApiOperations {
  const names = new Map<string, number>(), rpcs = new Map<string, number>(), templates: Template[] = [], sockets: Template[] = [];
  api.operations.forEach((operation, owner) => {
    if (!names.has(operation.name)) names.set(operation.name, owner);
    switch (operation.kind) {
      case 'http': templates.push({ method: operation.method, path: operation.path, owner }); break;
      case 'websocket': sockets.push({ method: 'GET', path: operation.path, owner }); break;
      case 'grpc': { const path = `/${operation.service}/${operation.method}`; if (!rpcs.has(path)) rpcs.set(path, owner); break; }
      case 'tcp': case 'cloud': break;
      default: operation satisfies never;
    }
  });
  const trie = new SegmentTrie(templates), upgrades = sockets.length === 0 ? undefined : new SegmentTrie(sockets);
  return {
    byName: (operation) => names.get(operation) ?? -1,
    byRequest: (method, path, upgrade) => {
      if (isCloudApi(api) || !isCanonical(path)) return -1;
      const number = methodNumber(method);
      if (upgrade) return upgrades?.ownerOf(number, path) ?? -1;
      if (rpcs.size > 0 && number === post) { const rpc = rpcs.get(path); if (rpc !== undefined) return rpc; }
      return trie.ownerOf(number, path);
    },
  };
}
