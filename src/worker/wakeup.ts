/** Waits for a sign, or for some time. A sign that comes while nobody waits is kept. */
export class Wakeup {
  #isAwake = false;
  #resolve: (() => void) | undefined;

  wake(): void {
    this.#isAwake = true;
    this.#resolve?.();
  }

  async within(timeMs: number): Promise<void> {
    if (!this.#isAwake) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, timeMs);
        this.#resolve = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.#resolve = undefined;
    this.#isAwake = false;
  }
}
