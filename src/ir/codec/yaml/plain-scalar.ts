/**
 * What readers of YAML make of a text without quotes. `text`: all of them that text. `day`: the text, or the same day as a date.
 * `value`: all of them the same number, `true`, `false` or null. `torn`: one thing by YAML 1.2, another by YAML 1.1.
 */
export type Reading = 'text' | 'day' | 'value' | 'torn';

/** YAML 1.2.2, "Core Schema": what is not a text. */
const core = [
  /^(?:~|null|Null|NULL|)$/,
  /^(?:true|True|TRUE|false|False|FALSE)$/,
  /^(?:[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)$/,
  /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/,
  /^(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/,
];
/** Of those, what YAML 1.1 and its many readers (which agree on less than its pages do) read in the same way. */
const alike = [
  core[0]!, core[1]!, core[4]!,
  /^(?:[-+]?(?:0|[1-9][0-9]*)|0x[0-9a-fA-F]+)$/,
  /^[-+]?(?:\.[0-9]+|[0-9]+\.[0-9]*)$/,
  /^[-+]?(?:\.[0-9]+|[0-9]+\.[0-9]*)[eE][-+][0-9]+$/,
];
/** Texts to YAML 1.2 that some reader of YAML 1.1 takes for something else: "Language-Independent Types for YAML Version 1.1". */
const elsewhere = [
  /^(?:y|Y|yes|Yes|YES|n|N|no|No|NO|on|On|ON|off|Off|OFF)$/,
  /^[-+]?(?:0b[01_]+|0x[0-9a-fA-F_]+|[0-9][0-9_]*)$/,
  /^[-+]?(?:[0-9][0-9_]*)?\.[0-9_]*(?:[eE][-+]?[0-9]+)?$/,
  /^[-+]?[0-9][0-9_]*(?:\.[0-9_]*)?[eE][-+]?[0-9]+$/,
  /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/, // of base 60, as `18:00`
  /^[0-9]{4}-[0-9][0-9]?-[0-9][0-9]?(?:(?:[Tt]|[ \t]+)[0-9].*)?$/,
  /^(?:<<|=)$/, // merge, and the default value
];
const day = /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/;

const fits = (patterns: readonly RegExp[], text: string): boolean => patterns.some((pattern) => pattern.test(text));

export function readingOf(text: string): Reading {
  if (fits(core, text)) return fits(alike, text) ? 'value' : 'torn';
  if (day.test(text)) return 'day';
  return fits(elsewhere, text) ? 'torn' : 'text';
}

/** Begins like nothing but a text, and has nothing in it that ends one, in a line of its own in block style. */
const plain = /^[\p{L}\p{N}_/.+$(~=<^;\\][^\p{C}\p{Z}]*(?: [^\p{C}\p{Z}]+)*$/u;

/** Whether every reader takes it, written without quotes, for that text. */
export const standsPlain = (text: string): boolean =>
  plain.test(text) && !/: |:$| #/.test(text) && !/^(?:---|\.\.\.)/.test(text) && readingOf(text) === 'text';
