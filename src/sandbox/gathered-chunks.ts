/** A connection takes this much at once; every write wakes whoever is at its other end. */
const BATCH_BYTES = 64 * 1024;
/** Kept for the next, as most jobs need one for a moment. */
const SPARE_BATCHES = 4;
const spareBatches: Uint8Array[] = [];

/** The same bytes in fewer chunks. A chunk is good until the next is asked for. */
export async function* gathered(
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  const batch = spareBatches.pop() ?? new Uint8Array(BATCH_BYTES);
  let filledBytes = 0;
  for await (const chunk of chunks) {
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
  if (filledBytes > 0) yield batch.subarray(0, filledBytes);
  // Not where it was left early: then a write of it may still be under way.
  if (spareBatches.length < SPARE_BATCHES) spareBatches.push(batch);
}
