/** Runs works one after the other, in the order in which they came. */
export class OneByOne {
  #last: Promise<unknown> = Promise.resolve();

  /** @throws what `work` throws; whoever comes next is not kept by it */
  run<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#last.then(work);
    this.#last = mine.catch(() => undefined);
    return mine;
  }
}
