/** Something that runs a program a number of times, one after the other. */
export interface Runner extends AsyncDisposable {
  readonly name: string;
  run(count: number): Promise<RunCost>;
  /** PIDs whose trees do the work. */
  processes(): Promise<readonly number[]>;
}

export interface RunCost {
  /** Measured by who knows better than the clock of this process. */
  readonly wallMs?: number;
  /** Of all processes that did the work, when they are gone afterwards. */
  readonly cpuMs?: number;
}

/** The program to run, compiled by an image. */
export interface HostedProgram {
  /** An executable of its own directory, readable by everybody. */
  readonly directory: string;
  readonly name: string;
  /** The image, unpacked: its libraries may be newer than the host's. */
  readonly root: string;
  readonly isStatic: boolean;
}
