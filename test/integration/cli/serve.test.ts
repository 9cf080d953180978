import { describe, expect, it } from 'vitest';
import { start } from './command-line.js';

const LISTENING = /"url":"(http:[^"]+)"/;

describe('minos start', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('serves, and ends cleanly on %s', async (signal) => {
    let output = '';
    const command = start(['start', '--port', '0']);
    command.child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
    await command.saw('listening');
    const url = LISTENING.exec(output)?.[1] ?? '';
    const answer = await fetch(`${url}/api/v1/languages`);
    expect(answer.status).toBe(200);
    expect(((await answer.json()) as { id: string }[]).map(({ id }) => id)).toContain('go');
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    command.child.kill(signal);
    expect((await command.result).exitCode).toBe(0);
  });

  it('says why it cannot listen', async () => {
    const result = await start(['start', '--host', '203.0.113.1', '--port', '80']).result;
    expect(result.exitCode).toBe(2);
    expect(result.stderr).toContain('cannot listen on 203.0.113.1 port 80');
  });
});
