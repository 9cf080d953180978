import type { VerdictView } from './verdict-view.js';

/** For whom something is shown. Staff see what solvers must not. */
export interface Audience {
  readonly staff: boolean;
  readonly view: VerdictView;
}
