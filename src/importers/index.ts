export { importManifests, type ImportedManifests, type ImportedWorkload, type ManifestImport } from './manifests/import-manifests.ts';
export { manifestInventory, type InventoriedAddress, type InventoriedPort, type InventoriedProbe, type InventoriedService, type ManifestInventory } from './manifests/manifest-inventory.ts';
export { basePathProblem, importOpenApi, type ImportedOpenApi, type ImportedOperation, type OpenApiImport } from './openapi/import-openapi.ts';
export type { ReadBeside } from './openapi/openapi-files.ts';
export { importProto, type ImportedProto, type ImportedService, type ProtoImports } from './proto/import-proto.ts';
export { readSourceDigest, sourceDigest } from './source-digest.ts';
export { maxSourceBytes, type SourceFile } from './source-file.ts';
