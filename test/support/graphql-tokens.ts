/** The words and marks of a GraphQL text; comments and commas say nothing. */
export class GraphqlTokens {
  readonly #all: readonly string[];
  #at = 0;

  /** @throws SyntaxError at what is no GraphQL */
  constructor(text: string) {
    const all: string[] = [];
    const pattern =
      /(?:[\s,\uFEFF]+|#[^\n]*)|("""(?:\\"""|[\s\S])*?"""|"(?:[^"\\\n]|\\.)*"|\.\.\.|[A-Za-z_]\w*|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|[!$&()/:=@[\]{|}])/gy;
    while (pattern.lastIndex < text.length) {
      const at = pattern.lastIndex;
      const match = pattern.exec(text);
      if (match === null) throw new SyntaxError(`no GraphQL: ${text.slice(at, at + 20)}`);
      if (match[1] !== undefined) all.push(match[1]);
    }
    this.#all = all;
  }

  get isEnd(): boolean {
    return this.#at >= this.#all.length;
  }

  peek(): string {
    return this.#all[this.#at] ?? '';
  }

  next(): string {
    const token = this.peek();
    if (token === '') throw new SyntaxError('the text ends too early');
    this.#at += 1;
    return token;
  }

  take(token: string): boolean {
    if (this.peek() !== token) return false;
    this.#at += 1;
    return true;
  }

  need(token: string): void {
    if (!this.take(token)) throw new SyntaxError(`${token} is wanted, and not ${this.peek()}`);
  }

  name(): string {
    const token = this.next();
    if (!/^[A-Za-z_]\w*$/.test(token)) throw new SyntaxError(`a name is wanted, and not ${token}`);
    return token;
  }

  /** `[Order!]!` */
  type(): string {
    let type = this.take('[') ? `[${this.type()}` : this.name();
    if (type.startsWith('[')) {
      this.need(']');
      type += ']';
    }
    return this.take('!') ? `${type}!` : type;
  }

  /** Steps over what stands between two brackets. */
  skipBracketed(open: string, close: string): void {
    this.need(open);
    for (let depth = 1; depth > 0;) {
      const token = this.next();
      if (token === open) depth += 1;
      if (token === close) depth -= 1;
    }
  }
}
