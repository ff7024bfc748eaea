import { type Answerer, type TeaCall, type TeapotServer, truly } from './teapot-server.js';

export interface HeldCall extends TeaCall {
  /** Once: with what is true, or with something else. */
  answer(other?: Answerer): void;
}

/** Answers no call that it is to hold until it is told to. */
export class HeldCalls {
  /** Not answered yet, in the order asked. */
  readonly waiting: HeldCall[] = [];
  #letGo = false;
  #came: () => void = () => undefined;

  constructor(teapot: TeapotServer, which: (call: TeaCall) => boolean) {
    teapot.instead = (call) => {
      if (this.#letGo || !which(call)) return null;
      return (request, response) => {
        const answer = (other = truly(call)): void => {
          this.waiting.splice(this.waiting.indexOf(held), 1);
          other(request, response);
        };
        const held = { ...call, answer };
        this.waiting.push(held);
        this.#came();
      };
    };
  }

  /** The calls that wait, as soon as it is so many. */
  async until(count: number): Promise<readonly HeldCall[]> {
    while (this.waiting.length < count) {
      await new Promise<void>((resolve) => (this.#came = resolve));
    }
    return [...this.waiting];
  }

  of(path: string): HeldCall {
    const found = this.waiting.find((call) => call.path === path);
    if (found === undefined) throw new Error(`Nobody asks for ${path}.`);
    return found;
  }

  /** Answers all, and holds none any more. */
  letGo(): void {
    this.#letGo = true;
    for (const call of this.waiting.slice()) call.answer();
  }
}
