/** What is going on while an image is made, for people to see. */
export interface ImageProgressEvent {
  /** Which image: `base`, `common`, `runner` or a toolchain. */
  readonly image: string;
  /** Counted from 1; 0 while the number is not known. */
  readonly step: number;
  readonly steps: number;
  /** The step, or the latest line that it printed. */
  readonly line: string;
}

export type ImageProgress = (event: ImageProgressEvent) => void;
