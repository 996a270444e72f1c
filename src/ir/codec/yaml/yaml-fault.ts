import type { YAMLError } from 'yaml';

/** Why a text is not YAML, in our words, and what to do. */
export interface YamlFault { readonly what: string; readonly help: string }

const quote = 'put the text in quotes';

/** The parser tells its errors apart by code, and some of one code by their words alone. */
export function yamlFault({ code, message }: Pick<YAMLError, 'code' | 'message'>): YamlFault {
  switch (code) {
    case 'TAB_AS_INDENT': return { what: 'a tab stands where the line is indented', help: 'indent with spaces' };
    case 'BAD_INDENT': return /same column/.test(message)
      ? { what: 'the elements of this list do not begin in one column', help: 'indent each `-` alike' }
      : { what: 'the line is indented otherwise than what it belongs to', help: 'indent what belongs together alike' };
    case 'BLOCK_AS_IMPLICIT_KEY': return /sequence/.test(message)
      ? { what: 'a list begins here, in the line of its key', help: 'begin the list in a line of its own' }
      : { what: 'a second `: ` stands in the line', help: `${quote}, or begin what lies within in a line of its own` };
    case 'MULTILINE_IMPLICIT_KEY': return { what: 'a key goes over several lines', help: `is a colon missing after it? A text of several lines that is a value can stand in quotes` };
    case 'KEY_OVER_1024_CHARS': return { what: 'a key is longer than 1024 characters', help: 'write it behind `? `, in a line of its own, and its value behind `: ` in the next' };
    case 'BAD_SCALAR_START': return { what: `a text begins with ${/character (.)$/.exec(message)?.[1] === undefined ? 'a character' : `\`${/character (.)$/.exec(message)![1]}\``}, which YAML keeps for itself`, help: quote };
    case 'BAD_DQ_ESCAPE': return { what: `\`${message.replace(/^.*sequence /, '')}\` is no escape that YAML knows`, help: 'a backslash itself is written `\\\\` in double quotes, and as it is in single ones' };
    case 'BLOCK_IN_FLOW': return { what: 'a block of lines stands within `[ ]` or `{ }`', help: 'put the text in quotes, or write the list without brackets' };
    case 'MISSING_CHAR': return missing(message);
    case 'UNEXPECTED_TOKEN': return unexpected(message);
    default: return { what: message.charAt(0).toLowerCase() + message.slice(1).replace(/\.$/, ''), help: 'correct the line' };
  }
}

function missing(message: string): YamlFault {
  if (/closing "/.test(message)) return { what: 'a double quote is never closed', help: 'close it; within double quotes, write one as `\\"`' };
  if (/closing '/.test(message)) return { what: 'a single quote is never closed', help: 'close it; within single quotes, write one as `\'\'`' };
  if (/Implicit map keys/.test(message)) return { what: 'a text stands where a key with a value belongs', help: 'write a colon and a space after the key' };
  if (/Comments must/.test(message)) return { what: 'a `#` follows a value without a space', help: `write a space before a comment, or ${quote}` };
  if (/Sequence item/.test(message)) return { what: 'something stands among the elements of a list that is none', help: 'begin it with `- `, or indent it as the list\'s key' };
  if (/^Missing , /.test(message)) return { what: 'no comma stands between two members', help: `is one missing, or a quote? ${quote.charAt(0).toUpperCase()}${quote.slice(1)} if it has a comma, a bracket or a colon` };
  if (/space after :/.test(message)) return { what: 'no space follows the colon', help: 'write one' };
  return { what: 'something is missing here', help: 'correct the line' };
}

function unexpected(message: string): YamlFault {
  const found = /^Unexpected (.*) in (?:flow |block )?(?:map|sequence|collection)$/.exec(message)?.[1];
  if (/header/.test(message)) return { what: 'something follows `|` or `>` in its line', help: 'begin the text in the next line' };
  if (/flow-(?:map|seq)-end|^Unexpected [\]}]/.test(message) && !/expected end|end of/.test(message)) return { what: 'a bracket is closed that was not opened', help: `remove it, or ${quote}` };
  if (found === ',') return { what: 'a comma stands where a value belongs', help: 'remove it, or write the value' };
  return { what: found === undefined || /^[a-z-]+$/.test(found) ? 'something stands here that does not belong to what is around it' : `\`${found}\` stands where it does not belong`, help: 'is the line indented as what it belongs to? Is a quote or a bracket missing before it?' };
}
