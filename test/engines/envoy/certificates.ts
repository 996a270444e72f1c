import 'reflect-metadata'; // x509's dependency injection asks for it
import { webcrypto } from 'node:crypto';
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
  type JsonGeneralNames,
  type X509Certificate,
} from '@peculiar/x509';

/** What one side of TLS shows: PEM, the certificate with its chain, leaf first. */
export interface Identity {
  readonly certificate: string;
  readonly key: string;
}

export interface IdentityOptions {
  readonly commonName?: string;
  readonly dns?: readonly string[];
  readonly uris?: readonly string[];
  readonly emails?: readonly string[];
  readonly ips?: readonly string[];
  /** `current` is from an hour ago to an hour hence. */
  readonly validity?: 'current' | 'expired' | 'future';
  /** Both, unless said otherwise. */
  readonly usage?: 'server' | 'client';
}

export interface Authority {
  /** PEM, its own certificate alone. */
  readonly certificate: string;
  issue(options: IdentityOptions): Promise<Identity>;
  /** An authority below this one, whose identities carry the chain. */
  intermediate(commonName: string): Promise<Authority>;
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const hour = 3_600_000;

interface Signer {
  readonly certificate: X509Certificate;
  readonly keys: CryptoKeyPair;
  /** PEM of the authorities between this one and the root, this one first. */
  readonly chain: string;
}

type CryptoKeyPair = webcrypto.CryptoKeyPair;

/** A root of its own; two of the same name share nothing but the name. */
export async function certificateAuthority(commonName: string): Promise<Authority> {
  const keys = await newKeys();
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: [{ CN: [commonName] }],
    keys,
    signingAlgorithm: algorithm,
    ...lifetime('current'),
    extensions: authorityExtensions(),
  });
  return authorityOf({ certificate, keys, chain: '' });
}

/** Signed by itself alone: no authority vouches for it. */
export async function selfSigned(options: IdentityOptions): Promise<Identity> {
  const keys = await newKeys();
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: subject(options),
    keys,
    signingAlgorithm: algorithm,
    ...lifetime(options.validity ?? 'current'),
    extensions: leafExtensions(options),
  });
  return identityOf(certificate, '', keys);
}

function authorityOf(signer: Signer): Authority {
  return {
    certificate: signer.certificate.toString('pem'),
    async issue(options) {
      const keys = await newKeys();
      const certificate = await sign(signer, keys, subject(options), options.validity ?? 'current', leafExtensions(options));
      return identityOf(certificate, signer.chain, keys);
    },
    async intermediate(commonName) {
      const keys = await newKeys();
      const certificate = await sign(signer, keys, [{ CN: [commonName] }], 'current', authorityExtensions());
      return authorityOf({ certificate, keys, chain: `${certificate.toString('pem')}\n${signer.chain}` });
    },
  };
}

function sign(
  signer: Signer,
  keys: CryptoKeyPair,
  name: { CN: string[] }[],
  validity: NonNullable<IdentityOptions['validity']>,
  extensions: Extensions,
): Promise<X509Certificate> {
  return X509CertificateGenerator.create({
    subject: name,
    issuer: signer.certificate.subject,
    publicKey: keys.publicKey,
    signingKey: signer.keys.privateKey,
    signingAlgorithm: algorithm,
    ...lifetime(validity),
    extensions,
  });
}

type Extensions = (BasicConstraintsExtension | KeyUsagesExtension | ExtendedKeyUsageExtension | SubjectAlternativeNameExtension)[];

function authorityExtensions(): Extensions {
  return [new BasicConstraintsExtension(true, undefined, true), new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true)];
}

function leafExtensions({ dns = [], uris = [], emails = [], ips = [], usage }: IdentityOptions): Extensions {
  const names: JsonGeneralNames = [
    ...dns.map((value) => ({ type: 'dns' as const, value })),
    ...uris.map((value) => ({ type: 'url' as const, value })),
    ...emails.map((value) => ({ type: 'email' as const, value })),
    ...ips.map((value) => ({ type: 'ip' as const, value })),
  ];
  const usages = [
    ...(usage === 'client' ? [] : [ExtendedKeyUsage.serverAuth]),
    ...(usage === 'server' ? [] : [ExtendedKeyUsage.clientAuth]),
  ];
  return [
    new BasicConstraintsExtension(false, undefined, true),
    new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
    new ExtendedKeyUsageExtension(usages),
    ...(names.length > 0 ? [new SubjectAlternativeNameExtension(names)] : []),
  ];
}

function subject({ commonName, dns = [], uris = [] }: IdentityOptions): { CN: string[] }[] {
  return [{ CN: [commonName ?? dns[0] ?? uris[0]?.slice(0, 64) ?? 'nameless'] }];
}

function lifetime(validity: NonNullable<IdentityOptions['validity']>): { notBefore: Date; notAfter: Date } {
  const [from, to] = { current: [-hour, hour], expired: [-2 * hour, -hour], future: [hour, 2 * hour] }[validity] as [number, number];
  return { notBefore: new Date(Date.now() + from), notAfter: new Date(Date.now() + to) };
}

function newKeys(): Promise<CryptoKeyPair> {
  return webcrypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify']) as Promise<CryptoKeyPair>;
}

async function identityOf(certificate: X509Certificate, chain: string, keys: CryptoKeyPair): Promise<Identity> {
  const key = PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey), 'PRIVATE KEY');
  return { certificate: `${certificate.toString('pem')}\n${chain}`, key };
}
