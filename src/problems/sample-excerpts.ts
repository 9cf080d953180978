import type { Blobs, StoredBlob } from '../blobs/blobs.js';
import type { SampleDto } from './problem.dto.js';
import type { ProblemSummary } from './problem-summary.js';

const EXCERPT_BYTES = 64 * 1024;

/** The samples of a problem as texts, as far as they are short enough to be shown. */
export async function sampleExcerpts(
  { samples }: ProblemSummary,
  blobs: Blobs,
): Promise<readonly SampleDto[]> {
  return await Promise.all(
    samples.map(async ({ name, input, answer }, index) => {
      const [shownInput, shownAnswer] = await Promise.all([
        excerpt(input, blobs),
        excerpt(answer, blobs),
      ]);
      return {
        ordinal: index + 1,
        name,
        input: shownInput.text,
        input_bytes: input.sizeBytes,
        answer: shownAnswer.text,
        answer_bytes: answer.sizeBytes,
        truncated: !shownInput.whole || !shownAnswer.whole,
      };
    }),
  );
}

async function excerpt(
  { sha256, sizeBytes }: StoredBlob,
  blobs: Blobs,
): Promise<{ readonly text: string; readonly whole: boolean }> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of blobs.get(sha256)) {
    chunks.push(chunk);
    bytes += chunk.byteLength;
    if (bytes >= EXCERPT_BYTES && sizeBytes > EXCERPT_BYTES) break;
  }
  const head = Buffer.concat(chunks).subarray(0, EXCERPT_BYTES);
  const text = head.toString('utf8');
  const isText = Buffer.from(text, 'utf8').equals(head);
  return { text, whole: isText && sizeBytes <= EXCERPT_BYTES };
}
