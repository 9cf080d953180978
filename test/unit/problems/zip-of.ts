import { crc32, deflateRawSync } from 'node:zlib';

/** An entry as an honest or a hostile packer would write it. */
export interface ZipEntry {
  readonly name: string | Buffer;
  readonly text?: string;
  readonly data?: Buffer;
  /** With the type, as in stat(2). */
  readonly mode?: number;
  readonly deflate?: boolean;
  /** The unpacked size that the headers say, when they lie. */
  readonly claims?: number;
  /** Points to the bytes of the first entry. */
  readonly sharesFirst?: boolean;
}

/** A zip archive, byte by byte: libraries refuse to write most of what a reader must survive. */
export function zipOf(entries: readonly ZipEntry[]): Buffer {
  const locals: Buffer[] = [];
  const centrals: Buffer[] = [];
  let offset = 0;
  for (const entry of entries) {
    const name = Buffer.from(entry.name as string);
    const data = entry.data ?? Buffer.from(entry.text ?? '');
    const packed = entry.deflate === true ? deflateRawSync(data) : data;
    const fields = Buffer.alloc(22);
    fields.writeUInt16LE(0x0800, 2);
    fields.writeUInt16LE(entry.deflate === true ? 8 : 0, 4);
    fields.writeUInt32LE(crc32(data), 10);
    fields.writeUInt32LE(packed.byteLength, 14);
    fields.writeUInt32LE(entry.claims ?? data.byteLength, 18);
    fields.writeUInt16LE(20, 0);
    const local = Buffer.concat([
      bytes('PK\x03\x04'),
      fields,
      u16(name.byteLength, 0),
      name,
      packed,
    ]);
    const attributes = Buffer.alloc(4);
    attributes.writeUInt32LE(((entry.mode ?? 0) << 16) >>> 0);
    const at = Buffer.alloc(4);
    at.writeUInt32LE(entry.sharesFirst === true ? 0 : offset);
    centrals.push(
      Buffer.concat([
        bytes('PK\x01\x02'),
        u16(0x031e),
        fields,
        u16(name.byteLength, 0, 0, 0, 0),
        attributes,
        at,
        name,
      ]),
    );
    locals.push(local);
    offset += local.byteLength;
  }
  const central = Buffer.concat(centrals);
  const end = Buffer.alloc(12);
  end.writeUInt32LE(central.byteLength, 4);
  end.writeUInt32LE(offset, 8);
  const counts = u16(0, 0, entries.length, entries.length);
  const tail = Buffer.concat([bytes('PK\x05\x06'), counts, end.subarray(4), u16(0)]);
  return Buffer.concat([...locals, central, tail]);
}

function u16(...values: readonly number[]): Buffer {
  const buffer = Buffer.alloc(2 * values.length);
  values.forEach((value, index) => buffer.writeUInt16LE(value, 2 * index));
  return buffer;
}

function bytes(text: string): Buffer {
  return Buffer.from(text, 'latin1');
}
