// Counts in a build which branches of the sources an input takes, and collects their literals as a dictionary.
import { parseAst, type Plugin } from 'vite';

interface Node {
  type: string;
  start: number;
  end: number;
}

/** Where the counters are, for the code that is built and for the fuzzer that reads them. */
export const COVERAGE = '__swapLabCoverage';
export const MOST_COUNTERS = 1 << 14;

/** A plugin for the sources below a folder; `words` grows by the literals that they compare with. */
export function instrument(folder: string, words: Set<string>): Plugin {
  let next = 0;
  return {
    name: 'swap-lab:coverage',
    enforce: 'post',
    transform(code, id) {
      if (!id.startsWith(folder) || !/\.ts$/.test(id)) return null;
      const instrumented = new Instrumented(code, () => Math.min(next++, MOST_COUNTERS - 1), words);
      return { code: instrumented.text(), map: null };
    },
  };
}

class Instrumented {
  readonly #code: string;
  readonly #count: () => number;
  readonly #words: Set<string>;
  /** Text to insert; what closes comes before what opens at the same place. */
  readonly #opening: [number, string][] = [];
  readonly #closing: [number, string][] = [];

  constructor(code: string, count: () => number, words: Set<string>) {
    this.#code = code;
    this.#count = count;
    this.#words = words;
    this.#visit(parseAst(code) as unknown as Node);
  }

  text(): string {
    const insertions = [
      ...this.#closing.map(([at, text]) => ({ at, text, order: 0 })),
      ...this.#opening.map(([at, text]) => ({ at, text, order: 1 })),
    ].sort((a, b) => a.at - b.at || a.order - b.order);
    const parts = [`const __c = globalThis.${COVERAGE};`];
    let done = 0;
    for (const { at, text } of insertions) {
      parts.push(this.#code.slice(done, at), text);
      done = at;
    }
    return parts.join('') + this.#code.slice(done);
  }

  #visit(node: Node): void {
    const children = node as unknown as Record<string, unknown>;
    const wrapped: Node[] = [];
    const child = (name: string) => children[name] as Node | null | undefined;
    switch (node.type) {
      case 'FunctionDeclaration':
      case 'FunctionExpression':
        this.#block(child('body'));
        break;
      case 'ArrowFunctionExpression':
        if (child('body')?.type === 'BlockStatement') this.#block(child('body'));
        else wrapped.push(child('body') as Node);
        break;
      case 'IfStatement':
        this.#block(child('consequent'));
        this.#block(child('alternate'));
        break;
      case 'ForStatement':
      case 'ForOfStatement':
      case 'WhileStatement':
      case 'DoWhileStatement':
        this.#block(child('body'));
        break;
      case 'CatchClause':
        this.#block(child('body'));
        break;
      case 'SwitchCase': {
        const [first] = children['consequent'] as Node[];
        if (first) this.#opening.push([first.start, `__c[${this.#count()}]++;`]);
        break;
      }
      case 'ConditionalExpression':
        wrapped.push(child('consequent') as Node, child('alternate') as Node);
        break;
      case 'LogicalExpression':
        wrapped.push(child('right') as Node);
        break;
      case 'Literal':
        this.#learn(children['value']);
        break;
    }
    for (const each of wrapped) this.#opening.push([each.start, `(__c[${this.#count()}]++,`]);
    for (const value of Object.values(children)) {
      for (const each of Array.isArray(value) ? (value as unknown[]) : [value]) {
        if (each !== null && typeof each === 'object' && 'type' in each) this.#visit(each as Node);
      }
    }
    for (const each of wrapped.reverse()) this.#closing.push([each.end, ')']);
  }

  /** A counter at the head of a block; a single statement becomes one. */
  #block(node: Node | null | undefined): void {
    if (!node) return;
    if (node.type === 'BlockStatement') {
      this.#opening.push([node.start + 1, `__c[${this.#count()}]++;`]);
    } else if (node.type !== 'IfStatement') {
      this.#opening.push([node.start, `{__c[${this.#count()}]++;`]);
      this.#closing.push([node.end, '}']);
    }
  }

  #learn(value: unknown): void {
    const word = typeof value === 'number' ? String(value) : value;
    if (typeof word === 'string' && word.length > 0 && word.length <= 32) this.#words.add(word);
  }
}
