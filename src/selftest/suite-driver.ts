import type { Language } from '../judging/language.js';
import type { Ports } from '../judging/ports.js';

/** The real thing that the suite is run against: one sandbox driver with all that judging needs. */
export interface SuiteDriver extends AsyncDisposable {
  readonly name: string;
  readonly ports: Ports;
  language(id: string): Language;
  /** Users of the programs, one for each slot. */
  readonly slotUids: readonly number[];
  /** Containers that may wait for their job when nothing is judged. */
  readonly readyContainers: number;
  /** Containers of this driver's sandbox that exist now. */
  containers(): Promise<readonly string[]>;

  /** What the engine knows about a container, as it says it. */
  inspect(id: string): Promise<unknown>;
  /** What the engine keeps on disk of a container. */
  containerDirectory(id: string): string;
  /** On the file systems that a program could fill. */
  readonly directories: readonly string[];
  /** Where the judge keeps what no program may see. */
  readonly privateDirectory: string;
  /** Where the judge keeps the output of programs while it judges. */
  readonly scratchDirectory: string;
}
