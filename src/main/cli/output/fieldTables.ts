/** The fields of a scenario as Markdown tables, worked out from its JSON Schema. */

interface Node {
  $ref?: string;
  $defs?: Record<string, Node>;
  type?: string | string[];
  title?: string;
  description?: string;
  unit?: string;
  default?: unknown;
  const?: unknown;
  enum?: unknown[];
  minimum?: number;
  maximum?: number;
  maxLength?: number;
  properties?: Record<string, Node>;
  additionalProperties?: Node | boolean;
  required?: string[];
  items?: Node;
  oneOf?: Node[];
}

interface Section {
  path: string;
  node: Node;
}

export function fieldTables(schema: Record<string, unknown>): string {
  const root = schema as Node;
  const parts: string[] = [];
  const seen = new Set<Node>();
  const sections: Section[] = [{ path: '', node: root }];
  for (let section = sections.shift(); section; section = sections.shift()) {
    const node = resolve(root, section.node);
    if (seen.has(node)) continue;
    seen.add(node);
    parts.push(describe(root, { path: section.path, node }, sections));
  }
  return parts.join('\n');
}

function resolve(root: Node, node: Node): Node {
  let found = node;
  while (found.$ref !== undefined) {
    const name = found.$ref.replace('#/$defs/', '');
    found = root.$defs?.[name] ?? {};
  }
  return found;
}

/** One section; what deserves its own is put in front of those that wait. */
function describe(root: Node, { path, node }: Section, waiting: Section[]): string {
  const found: Section[] = [];
  const lines: string[] = [];
  const variants = node.oneOf;
  lines.push(`### ${node.title ?? 'One of'}${path === '' ? '' : ` (\`${path}\`)`}`, '');
  if (node.description) lines.push(node.description, '');
  if (variants) {
    for (const variant of variants) {
      const tag = Object.entries(variant.properties ?? {}).find(([, p]) => p.const !== undefined);
      const name = tag ? `\`"${tag[0]}": ${JSON.stringify(tag[1].const)}\`` : (variant.title ?? '');
      lines.push(`**${variant.title ?? ''}**, ${name}: ${variant.description ?? ''}`, '');
      lines.push(...tableOf(root, variant, '', found));
    }
  } else lines.push(...tableOf(root, node, '', found));
  waiting.unshift(...found.map((each) => ({ ...each, path: join(path, each.path) })));
  return `${lines.join('\n').trimEnd()}\n`;
}

const join = (path: string, more: string) =>
  path === '' ? more : more.startsWith('[') ? path + more : `${path}.${more}`;

function tableOf(root: Node, node: Node, prefix: string, found: Section[]): string[] {
  const rows = rowsOf(root, node, prefix, found);
  if (rows.length === 0) return [];
  const header = ['Field', 'Value', 'Default', 'Meaning'];
  const widths = header.map((title, i) =>
    Math.max(title.length, ...rows.map((cells) => (cells[i] as string).length)),
  );
  // Padded as Prettier would have it, so that the document passes the format check.
  const line = (cells: string[]) =>
    `| ${cells.map((cell, i) => cell.padEnd(widths[i] as number)).join(' | ')} |`;
  return [line(header), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line), ''];
}

function rowsOf(root: Node, node: Node, prefix: string, found: Section[]): string[][] {
  const rows: string[][] = [];
  for (const [key, written] of Object.entries(node.properties ?? {})) {
    const field = resolve(root, written);
    const path = prefix + key;
    if (field.const !== undefined && node.required?.includes(key) && prefix === '') continue;
    if (field.properties) {
      rows.push(...rowsOf(root, field, `${path}.`, found));
      continue;
    }
    const inner = innerOf(root, field, path);
    if (inner) found.push(inner);
    const required = node.required?.includes(key) && written.default === undefined;
    const value = inner ? `see \`${inner.path}\` below` : valueOf(field);
    const fallback = required ? 'required' : defaultOf(field);
    const meaning = [field.title, field.description].filter(Boolean).join(': ');
    rows.push([`\`${path}\``, value, fallback, meaning.replaceAll('|', '\\|')]);
  }
  return rows;
}

/** The part of a field that has fields of its own, under the name by which a path reaches it. */
function innerOf(root: Node, field: Node, path: string): Section | undefined {
  if (field.oneOf) return { path, node: field };
  if (field.items && typeof field.items === 'object') {
    const node = resolve(root, field.items);
    if (node.properties || node.oneOf) return { path: `${path}[0]`, node: named(node, field) };
  }
  if (typeof field.additionalProperties === 'object') {
    const node = resolve(root, field.additionalProperties);
    if (node.properties || node.oneOf) return { path: `${path}.<name>`, node: named(node, field) };
  }
  return undefined;
}

/** A list or a table without a title of its own for its members lends them its own. */
function named(node: Node, holder: Node): Node {
  return node.title === undefined && holder.title !== undefined
    ? { ...node, title: holder.title }
    : node;
}

function valueOf(field: Node): string {
  if (field.const !== undefined) return `\`${JSON.stringify(field.const)}\``;
  if (field.enum) return field.enum.map((word) => `\`"${String(word)}"\``).join(', ');
  if (field.type === 'boolean') return '`true` or `false`';
  if (field.type === 'array') return 'a list of names';
  if (field.unit === 'bytes/s') return 'a size, for one second';
  if (field.unit === 'ns') return 'a time';
  const isWritten = Array.isArray(field.type) || (field.type === undefined && field.unit);
  if (isWritten && field.unit === 'pages') return 'a number of pages, or a size with its unit';
  if (isWritten && field.unit === 'bytes') {
    return field.default === 'max' ? 'a size, or `"max"` for no limit' : 'a size';
  }
  if (field.type === 'string') {
    return field.maxLength === undefined ? 'a name' : `text, at most ${field.maxLength} characters`;
  }
  const kind = field.type === 'integer' ? 'a whole number' : 'a number';
  const unit = field.unit === undefined ? '' : field.unit === 'percent' ? ' %' : ` ${field.unit}`;
  const most = field.maximum === undefined || field.maximum >= Number.MAX_SAFE_INTEGER;
  if (field.minimum === undefined) return kind + unit;
  return most
    ? `${kind} from ${field.minimum}${unit}`
    : `${kind} from ${field.minimum} to ${field.maximum}${unit}`;
}

function defaultOf(field: Node): string {
  if (field.default === undefined) return '';
  const text = JSON.stringify(field.default);
  if (text === '{}' || text === '[]' || text.length > 40) return text.length > 40 ? 'see text' : '';
  return `\`${text}\``;
}
