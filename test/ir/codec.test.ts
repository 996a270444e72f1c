import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalize, canonicalizePlatform, decodePlatform, decodePolicy, digest, encodePlatform, encodePolicy, type Policy } from '#ir';
import { arbitraryPlatform, arbitraryPolicy } from './arbitrary-policy.ts';
import { estate } from './estate.ts';

const bare: Policy = { version: 1, name: 'bare', segments: [], workloads: [], identityProviders: [], people: [], partners: [], apis: [], asks: [], never: [], holes: [] };

describe('the canonical JSON of a policy', () => {
  it('is read back as the canonical form, and written again byte for byte', () => {
    fc.assert(fc.property(arbitraryPolicy, (policy) => {
      const text = encodePolicy(policy);
      const decoded = decodePolicy(text, 'policy.json');
      if (!decoded.ok) throw new Error(JSON.stringify(decoded.diagnostics));
      expect(decoded.value.draft).toEqual(canonicalize(policy).policy);
      expect(encodePolicy(decoded.value.draft)).toBe(text);
      expect(decodePolicy(new TextEncoder().encode(text), 'policy.json').ok).toBe(true);
    }), { numRuns: 500 });
  });

  it('is read back as the canonical form for platforms as well', () => {
    fc.assert(fc.property(arbitraryPlatform, (platform) => {
      const text = encodePlatform(platform);
      const decoded = decodePlatform(text, 'platform.json');
      if (!decoded.ok) throw new Error(JSON.stringify(decoded.diagnostics));
      expect(decoded.value.draft).toEqual(canonicalizePlatform(platform).platform);
      expect(encodePlatform(decoded.value.draft)).toBe(text);
    }), { numRuns: 300 });
  });

  it('has its keys in code-unit order at every depth, also keys that an object would count as indices', () => {
    fc.assert(fc.property(arbitraryPolicy, (policy) => {
      // every line that begins a property, against the one before it at the same depth
      const keys: string[] = [];
      for (const line of encodePolicy(policy).split('\n')) {
        const [, spaces, key] = /^( *)("(?:[^"\\]|\\.)*"): /.exec(line) ?? [];
        const depth = (spaces ?? /^ */.exec(line)![0]).length / 2;
        if (key === undefined) { keys.length = Math.min(keys.length, depth + 1); continue; }
        const name = JSON.parse(key) as string;
        if (keys[depth] !== undefined) expect(keys[depth]! < name, `${keys[depth]} before ${name}`).toBe(true);
        keys.length = depth;
        keys[depth] = name;
      }
    }), { numRuns: 200 });
  });

  it('reads like this', () => {
    const policy: Policy = {
      ...bare,
      workloads: [{ name: 'ui', kubernetes: { namespace: 'ui', selector: { app: 'ui', '9': 'x', '10': 'y' }, ports: [{ protocol: 'TCP', number: 80 }], services: [], probes: [] } }],
      segments: [{ name: 'commerce', holds: 'internal', managed: 'managed', requires: { people: [], workloads: [], partners: [] }, alerts: [] }],
      never: [{ kind: 'reach', from: { kind: 'anyIdentity', except: [] }, to: { kind: 'segment', name: 'commerce' }, because: 'a "quoted"\nreason', through: [] }],
    };
    expect(encodePolicy(policy)).toBe(`{
  "$schema": "https://countersign.dev/schemas/policy.v1.json",
  "name": "bare",
  "never": [
    {
      "because": "a \\"quoted\\"\\nreason",
      "from": {
        "kind": "anyIdentity"
      },
      "kind": "reach",
      "through": [],
      "to": {
        "kind": "segment",
        "name": "commerce"
      }
    }
  ],
  "segments": [
    {
      "holds": "internal",
      "managed": "managed",
      "name": "commerce"
    }
  ],
  "version": 1,
  "workloads": [
    {
      "kubernetes": {
        "namespace": "ui",
        "ports": [
          {
            "number": 80,
            "protocol": "TCP"
          }
        ],
        "selector": {
          "10": "y",
          "9": "x",
          "app": "ui"
        }
      },
      "name": "ui"
    }
  ]
}
`);
  });

  it('has the digest of its UTF-8 bytes', () => {
    // printf 'ä' | sha256sum
    expect(digest('ä')).toBe('sha256:33e6d73fee82904c8d7afb78de1154d1e8dc2a0edb08120e63df5b9385c2d9cc');
    expect(digest('')).toBe('sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  });

  it('goes there and back for 10,000 grants', () => {
    const policy = estate(1000);
    const decoded = decodePolicy(encodePolicy(policy), 'policy.json');
    expect(decoded.ok && encodePolicy(decoded.value.draft)).toBe(encodePolicy(policy));
  });
});
