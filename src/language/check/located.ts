/** Something of a draft and where it stands there, as a JSON pointer. */
export interface Located<T> { readonly value: T; readonly pointer: string }
