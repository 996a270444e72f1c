/** `countersign`: declare, check, compile. The meaning is in `countersign/spec`, enforcers in `countersign/targets`. */
export { compile, type Compiled, type CompileOptions } from '#compile';
export {
  catalogue, isError, locate, renderJson, renderText, sortDiagnostics,
  type CatalogueEntry, type Checked, type Code, type Declared, type Diagnostic, type Edit, type Fix, type Location,
  type Refine, type Related, type Severity, type Site, type Sites, type Span, type TextOptions,
} from '#diagnostics';
export { decodePlatform, decodePolicy, digest, encodePlatform, encodePolicy, grantRef, grants, identityName, identityText, operationText } from '#ir';
export type * from '#ir';
export * from '#language';
