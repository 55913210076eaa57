#!/usr/bin/env -S node --disable-warning=MODULE_TYPELESS_PACKAGE_JSON
// Stands in for the executable of a desktop VS Code: takes the arguments that @vscode/test-electron passes.
await import('./stand-in.ts');
