import type { Ports } from '../judging/ports.js';
import type { JudgeJob } from '../judging/judge-submission.js';

/** What the worker asks of the machine's sandbox; its door opens it. */
export interface WorkerEngine extends AsyncDisposable {
  readonly ports: Ports;
  /** Builds what is absent of a toolchain. @throws JudgeError `image-build-failed`. */
  prepareToolchain(toolchain: string): Promise<void>;
  prepareImages(jobs: readonly Pick<JudgeJob, 'problem' | 'submission'>[]): Promise<void>;
  /** Names, by its content, the image of a toolchain. */
  readonly imageIdOf: (toolchain: string) => Promise<string>;
}
