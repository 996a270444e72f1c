export type { Atom, Reading } from './condition/atom.ts';
export type { Conditions, Facts, Node, Standing } from './condition/conditions.ts';
export type { Access, AccessGrant, Cell, Column, Rectangle, Region, Row, Space, Witness } from './space.ts';
