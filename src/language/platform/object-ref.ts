import type { ObjectRef } from '#ir';

/** A Secret that is there already, by its namespace and name. Its content is never read. */
export const secret = (namespace: string, name: string): ObjectRef => Object.freeze<ObjectRef>({ kind: 'Secret', namespace, name });

/** A ConfigMap that is there already, by its namespace and name. Its content is never read. */
export const configMap = (namespace: string, name: string): ObjectRef => Object.freeze<ObjectRef>({ kind: 'ConfigMap', namespace, name });
