/** Does one thing after the other, in the order of the calls; one that fails holds up no other. */
export class InTurn {
  #last: Promise<unknown> = Promise.resolve();

  run<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => {}); // whoever asked for it hears of it
    return result;
  }
}
