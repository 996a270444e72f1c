/** Something that listens. A URL of the web without a port has its scheme's. */
export interface Address { readonly host: string; readonly port: number }

const form = /^(?:(?<scheme>[a-z][a-z0-9+.:-]*):\/\/)?(?:[^@/\s]*@)?(?<host>\[[0-9a-f:.]+\]|[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?)(?::(?<port>\d{1,5}))?(?:[/?#].*)?$/is;

/** The addresses in a value, one or several with commas, semicolons or spaces between. `12:30` is a time, and no address. */
export function addressesIn(value: string): readonly Address[] {
  return value.split(/[,;\s]+/).flatMap((part): readonly Address[] => {
    const { scheme, host, port: stated } = form.exec(part)?.groups ?? {};
    const port = stated !== undefined ? Number(stated) : scheme === 'http' ? 80 : scheme === 'https' ? 443 : undefined;
    if (host === undefined || port === undefined || port < 1 || port > 65_535) return [];
    return /[a-z:]|^\d+\.\d+\.\d+\.\d+$/i.test(host) ? [{ host, port }] : [];
  });
}
