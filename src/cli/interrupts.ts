import { JudgeError } from '../errors.js';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** Cleaning up takes a second or two; who insists this often is let go. */
const INSISTENCE = 3;

/** A signal that is aborted by Ctrl-C and its like. Whoever is at work cleans up and ends. */
export function abortOnInterrupt(): AbortSignal {
  const controller = new AbortController();
  let count = 0;
  for (const name of SIGNALS) {
    process.on(name, () => {
      count += 1;
      if (count >= INSISTENCE) process.exit(130);
      controller.abort(new JudgeError('aborted', `stopped by ${name}`));
    });
  }
  // A reader that goes away (`minos … | head`) has seen enough.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    controller.abort(new JudgeError('aborted', 'nobody reads the output any more'));
  });
  return controller.signal;
}
