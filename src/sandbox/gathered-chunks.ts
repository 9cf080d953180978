/** A connection takes this much at once; every write wakes whoever is at its other end. */
const BATCH_BYTES = 64 * 1024;
/** Kept for the next, as most jobs need one for a moment. */
const SPARE_BATCHES = 4;
const spareBatches: Uint8Array[] = [];

/** Bytes of several origins, in chunks. */
export type Chunks = Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

/** All their bytes, one after the other, in fewer chunks. A chunk is good until the next is asked for. */
export async function* gathered(
  parts: Iterable<Chunks>,
): AsyncGenerator<Uint8Array, void, undefined> {
  const batch = spareBatches.pop() ?? new Uint8Array(BATCH_BYTES);
  let filledBytes = 0;
  for (const part of parts) {
    for await (const chunk of part) {
      if (filledBytes + chunk.byteLength > BATCH_BYTES) {
        if (filledBytes > 0) yield batch.subarray(0, filledBytes);
        filledBytes = 0;
      }
      if (chunk.byteLength > BATCH_BYTES) {
        yield chunk;
      } else {
        batch.set(chunk, filledBytes);
        filledBytes += chunk.byteLength;
      }
    }
  }
  if (filledBytes > 0) yield batch.subarray(0, filledBytes);
  // Not where it was left early: then a write of it may still be under way.
  if (spareBatches.length < SPARE_BATCHES) spareBatches.push(batch);
}
