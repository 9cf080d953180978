import { afterAll, beforeAll, describe } from 'vitest';
import type { Sandbox } from '../../src/judging/ports.js';
import { containmentClaims } from './sandbox-containment.js';
import { controlClaims } from './sandbox-control.js';
import { endClaims } from './sandbox-ends.js';
import { fileClaims } from './sandbox-files.js';
import { streamClaims } from './sandbox-streams.js';

/** A sandbox under test. */
export interface OpenedSandbox {
  readonly sandbox: Sandbox;
  /** What is left of executions that have ended: containers, processes. */
  leftovers(): Promise<readonly string[]>;
  close(): Promise<void>;
}

export interface SandboxUnderTest {
  readonly name: string;
  open(): Promise<OpenedSandbox>;
  /** Whether hostile programs are contained: true of every driver, not of the fake. */
  readonly contains: boolean;
}

/** What every implementation of the port `Sandbox` promises. */
export function sandboxContract(subject: SandboxUnderTest): void {
  describe(`sandbox: ${subject.name}`, () => {
    let opened: OpenedSandbox;
    const use = (): OpenedSandbox => opened;

    beforeAll(async () => {
      opened = await subject.open();
    });
    afterAll(async () => {
      await opened.close();
    });

    describe('streams', () => streamClaims(use));
    describe('ends', () => endClaims(use));
    describe('files', () => fileClaims(use));
    describe('control', () => controlClaims(use));
    if (subject.contains) describe('containment', () => containmentClaims(use));
  });
}
