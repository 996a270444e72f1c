/** Why a text is not what it should be: the end of a sentence that begins with the text, and what to write. */
export interface Problem { readonly what: string; readonly instead?: string }
