import { RESULT_BYTES } from '../../../src/sandbox/supervisor-result.js';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { SandboxFailure } from '../../../src/judging/ports.js';
import type { FileCollector } from '../../../src/sandbox/file-collector.js';
import { SupervisorSession, type SupervisorLink } from '../../../src/sandbox/supervisor-session.js';
import { file, shell, type RequestChanges } from '../../contracts/sandbox-trial.js';

const NONCE = new Uint8Array(16).fill(9);

function frame(type: string, payload: Uint8Array = new Uint8Array()): Buffer {
  const header = Buffer.alloc(5);
  header.write(type, 'latin1');
  header.writeUInt32BE(payload.byteLength, 1);
  return Buffer.concat([header, payload]);
}

const HELLO = frame('H', Uint8Array.of(1));
const STARTED = frame('S');

/** A program that exited 0 after so many bytes of stdout. */
function result(stdoutBytes: number, nonce = NONCE): Buffer {
  const payload = Buffer.alloc(RESULT_BYTES.min);
  payload.set(nonce);
  payload.writeBigUInt64BE(BigInt(stdoutBytes), 49);
  return frame('R', payload);
}

/** A link whose other end is a list of chunks. */
class PaperLink implements SupervisorLink {
  readonly written: Uint8Array[] = [];
  readonly #chunks: readonly (Uint8Array | 'silence')[];
  readonly #aborted = Promise.withResolvers<never>();
  #at = 0;

  constructor(chunks: readonly (Uint8Array | 'silence')[]) {
    this.#chunks = chunks;
    this.#aborted.promise.catch(() => undefined);
  }

  async read(): Promise<Uint8Array | undefined> {
    const next = this.#chunks[this.#at++];
    return next === 'silence' ? await this.#aborted.promise : next;
  }

  write(chunk: Uint8Array): Promise<void> {
    this.written.push(chunk.slice());
    return Promise.resolve();
  }

  abort(reason: unknown): void {
    this.#aborted.reject(reason);
  }
}

async function runOver(
  chunks: readonly (Uint8Array | 'silence')[],
  changes: RequestChanges & { readonly onStdout?: () => void | Promise<void> } = {},
) {
  const { onStdout, ...rest } = changes;
  const link = new PaperLink([HELLO, ...chunks]);
  const session = new SupervisorSession(link);
  await session.awaitHello();
  const received: Uint8Array[] = [];
  const run = session.run({
    request: shell('', rest),
    identity: { nonce: NONCE, uid: 60_000 },
    output: {
      stdout: {
        write: (chunk) => {
          received.push(chunk.slice());
          return onStdout?.();
        },
      },
      stderr: { write: () => undefined },
    },
    collector: {} as FileCollector,
    graceMs: 50,
  });
  return { result: await run, stdout: Buffer.concat(received).toString(), link };
}

describe('a session with a supervisor', () => {
  it('gives the result once the stream has ended', async () => {
    const output = frame('O', Buffer.from('hello'));
    const { result: ran, stdout } = await runOver([STARTED, output, result(5)]);
    expect(stdout).toBe('hello');
    expect(ran.end).toEqual({ kind: 'exited', exitCode: 0 });
  });

  it('sends files and stdin after the header', async () => {
    const { link } = await runOver([STARTED, result(0)], {
      files: [file('a', 'FILE')],
      stdin: 'INPUT',
    });
    expect(Buffer.concat(link.written).toString('latin1')).toMatch(/^MINOSJB1.*FILEINPUT$/s);
  });

  it.each<[string, readonly Uint8Array[]]>([
    ['no result', [STARTED]],
    ['nothing at all', []],
    ['a result with another nonce', [STARTED, result(0, new Uint8Array(16))]],
    ['two results', [STARTED, result(0), result(0)]],
    ['output after the result', [STARTED, result(0), frame('O', Buffer.from('x'))]],
    ['a result cut short', [STARTED, result(0).subarray(0, 50)]],
    ['a result that lost output', [STARTED, result(1)]],
    ['a result before the start', [result(0)]],
    ['an unknown frame', [STARTED, frame('Z')]],
    ['a frame beyond all measure', [STARTED, Buffer.from('O\xff\xff\xff\xff', 'latin1')]],
    ['no frames', [Buffer.from('exec format error\n')]],
  ])('is a failure of the sandbox, never a verdict, on %s', async (_what, chunks) => {
    await expect(runOver(chunks)).rejects.toThrow(SandboxFailure);
  });

  it('fails with the words of a supervisor that failed', async () => {
    const run = runOver([frame('X', Buffer.from('no such program: /usr/bin/pyhton'))]);
    await expect(run).rejects.toThrow('no such program: /usr/bin/pyhton');
  });

  it('fails when the container is silent beyond the wall limit and the grace', async () => {
    const run = runOver([STARTED, 'silence'], { limits: { wallTimeMs: 20 } });
    await expect(run).rejects.toThrow('no sign of life');
  });

  it('does not blame the container for a slow sink', async () => {
    const output = frame('O', Buffer.from('hello'));
    const { stdout } = await runOver([STARTED, output, result(5)], {
      limits: { wallTimeMs: 1 },
      onStdout: async () => {
        await sleep(150);
      },
    });
    expect(stdout).toBe('hello');
  });

  it('passes the error of a sink as it is', async () => {
    const run = runOver([STARTED, frame('O', Buffer.from('hello')), 'silence'], {
      onStdout: () => {
        throw new RangeError('the sink is full');
      },
    });
    await expect(run).rejects.toThrow(RangeError);
  });

  it('fails when a source is not as long as it says', async () => {
    const stdin = { sizeBytes: 9, read: shell('', { stdin: 'short' }).stdin.read };
    await expect(runOver(['silence'], { stdin })).rejects.toThrow(/job could not be sent/);
  });

  it('fails when a source cannot be read', async () => {
    const stdin = {
      sizeBytes: 9,
      async *read(): AsyncGenerator<Uint8Array> {
        yield Buffer.from('part');
        throw new Error('input/output error');
      },
    };
    await expect(runOver(['silence'], { stdin })).rejects.toThrow('input/output error');
  });

  it('says why a supervisor did not even start', async () => {
    const session = new SupervisorSession(
      new PaperLink([frame('X', Buffer.from('no cgroup to be seen'))]),
    );
    await expect(session.awaitHello()).rejects.toThrow('no cgroup to be seen');
  });
});
