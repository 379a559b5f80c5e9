// ESLint rule: imports inside src/ follow the arrows renderer -> (types of) lab contract -> lab -> engine.
// It resolves each import to a path in the repository first, so no spelling of a path gets round it.
import { isBuiltin } from 'node:module';
import { dirname, relative, resolve, sep } from 'node:path';
import { root } from '../lib/root.mjs';

const CONTRACT = 'src/main/lab/contract';
const SCENARIO = 'src/engine/scenario/';
const HOST_PACKAGES = ['electron', 'better-sqlite3', 'ws', 'commander'];
const noElectron = (name) => name !== 'electron';

/** Zones from the most specific to the least; the first whose folder holds the file applies. */
const ZONES = [
  {
    folder: SCENARIO,
    files: ['src/engine/'],
    packages: (name) => name === 'zod',
    says: 'src/engine/scenario may import src/engine and zod, and nothing else',
  },
  {
    folder: 'src/engine/',
    files: ['src/engine/'],
    packages: () => false,
    says: 'src/engine may import src/engine and nothing else',
  },
  {
    folder: 'src/studies/',
    files: ['src/studies/', 'src/engine/'],
    packages: () => false,
    says: 'src/studies may import src/engine and nothing else',
  },
  {
    folder: 'resources/',
    files: ['resources/', 'src/studies/', 'src/engine/'],
    packages: () => false,
    says: 'a study may import src/studies and src/engine and nothing else',
  },
  {
    folder: 'src/main/lab/',
    files: ['src/main/lab/', 'src/studies/', 'src/engine/', 'resources/', 'package.json'],
    packages: noElectron,
    says: 'src/main/lab may import src/main/lab, src/studies, src/engine, resources and packages other than electron',
  },
  {
    folder: 'src/main/serve/',
    files: [
      'src/main/serve/',
      'src/main/page/',
      'src/main/lab/',
      'src/engine/',
      'resources/',
      'package.json',
    ],
    packages: noElectron,
    says: 'src/main/serve may import src/main/page, src/main/lab, src/engine, resources and packages other than electron',
  },
  {
    folder: 'src/main/cli/',
    files: [
      'src/main/cli/',
      'src/main/serve/',
      'src/main/lab/',
      'src/engine/',
      'resources/',
      'package.json',
    ],
    packages: noElectron,
    says: 'src/main/cli may import src/main/lab, src/main/serve, src/engine, resources and packages other than electron',
  },
  {
    folder: 'src/main/',
    files: ['src/main/', 'resources/', 'package.json'],
    packages: () => true,
    says: 'the Electron main process may import src/main and packages; it reaches the engine through the lab',
  },
  {
    folder: 'src/preload/',
    files: ['src/preload/'],
    types: [CONTRACT],
    packages: (name) => name === 'electron',
    says: 'src/preload may import electron and the types of the lab contract',
  },
  {
    folder: 'src/renderer/',
    files: ['src/renderer/', SCENARIO, 'resources/'],
    types: [CONTRACT],
    packages: (name) => !isBuiltin(name) && !HOST_PACKAGES.includes(name),
    says: 'src/renderer may import the types of src/main/lab/contract.ts, src/engine/scenario, resources and packages of the browser',
  },
];

const packageName = (specifier) =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');

/** True where the statement brings nothing over but types, so that nothing of it is left at run time. */
function isTypeOnly(node) {
  if (node.type === 'TSImportType') return true;
  if (node.importKind === 'type' || node.exportKind === 'type') return true;
  return (
    node.type === 'ImportDeclaration' &&
    node.specifiers.length > 0 &&
    node.specifiers.every((specifier) => specifier.importKind === 'type')
  );
}

function isAllowed(zone, from, specifier, typeOnly) {
  const path = specifier.replace(/\?.*$/, '');
  if (!path.startsWith('.') && !path.startsWith('/')) {
    // A URL or an alias names no package of ours either, so it falls under the same answer.
    return zone.packages(packageName(path));
  }
  const absolute = path.startsWith('/') ? path : resolve(dirname(from), path);
  const target = relative(root, absolute).split(sep).join('/');
  const under = (allowed) =>
    allowed.endsWith('/') ? `${target}/`.startsWith(allowed) : target === allowed;
  if (zone.files.some(under)) return true;
  return typeOnly && (zone.types ?? []).includes(target.replace(/\.(js|ts)$/, ''));
}

export const arrows = {
  meta: {
    type: 'problem',
    schema: [],
    messages: { broken: "'{{specifier}}' breaks an arrow: {{says}}." },
  },
  create(context) {
    const file = relative(root, context.filename).split(sep).join('/');
    const zone = ZONES.find(({ folder }) => file.startsWith(folder));
    if (!zone) return {};
    const check = (node, source) => {
      if (!source) return;
      const specifier =
        source.type === 'TemplateLiteral' ? source.quasis[0].value.cooked : source.value;
      if (typeof specifier !== 'string') {
        context.report({
          node,
          messageId: 'broken',
          data: { specifier: context.sourceCode.getText(source), says: 'an import names its file' },
        });
      } else if (!isAllowed(zone, context.filename, specifier, isTypeOnly(node))) {
        context.report({ node, messageId: 'broken', data: { specifier, says: zone.says } });
      }
    };
    return {
      ImportDeclaration: (node) => check(node, node.source),
      ExportNamedDeclaration: (node) => check(node, node.source),
      ExportAllDeclaration: (node) => check(node, node.source),
      ImportExpression: (node) => check(node, node.source),
      TSImportType: (node) => check(node, node.source ?? node.argument?.literal),
      TSExternalModuleReference: (node) => check(node, node.expression),
      "CallExpression[callee.name='require']": (node) => check(node, node.arguments[0]),
    };
  },
};
