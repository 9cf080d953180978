import { blobUnavailable, isHash, type ListedBlob } from './blobs.js';

export interface S3Listing {
  readonly blobs: readonly ListedBlob[];
  /** Continuation token; undefined: this is the last page. */
  readonly next: string | undefined;
}

/**
 * A page of `ListObjectsV2` (AWS, "Amazon S3 API Reference"). Its names are ours or of no interest, and
 * ours have nothing that XML would write otherwise; so the few elements are found by their names.
 * @param prefix in front of the names of blobs: others in the bucket are left alone.
 */
export function readListing(xml: string, prefix: string, nowMs = Date.now()): S3Listing {
  if (!xml.includes('<ListBucketResult')) throw notListed('answers with no list');
  const blobs = [...xml.matchAll(/<Contents>(.*?)<\/Contents>/gs)].flatMap(([, object = '']) => {
    const key = element(object, 'Key') ?? '';
    const sha256 = key.slice(prefix.length);
    if (!key.startsWith(prefix) || !isHash(sha256)) return [];
    const putMs = Date.parse(element(object, 'LastModified') ?? '');
    // One without a time is young: nobody removes it.
    return [{ sha256, ageMs: Number.isNaN(putMs) ? 0 : nowMs - putMs }];
  });
  if (element(xml, 'IsTruncated') !== 'true') return { blobs, next: undefined };
  const next = element(xml, 'NextContinuationToken');
  if (next === undefined || next === '') throw notListed('does not say where its list goes on');
  return { blobs, next };
}

function element(xml: string, name: string): string | undefined {
  const text = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1];
  return text?.replaceAll(/&(amp|lt|gt|quot|apos|#x?[0-9a-fA-F]+);/g, (_, entity: string) =>
    unescaped(entity),
  );
}

const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
};

function unescaped(entity: string): string {
  if (!entity.startsWith('#')) return ENTITIES[entity] ?? '';
  const isHex = entity.startsWith('#x');
  return String.fromCodePoint(Number.parseInt(entity.slice(isHex ? 2 : 1), isHex ? 16 : 10));
}

function notListed(what: string): Error {
  return blobUnavailable('', `cannot be listed: the store ${what}`);
}
