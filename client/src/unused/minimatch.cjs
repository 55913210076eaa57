// In place of minimatch, which the language client asks only for servers that register file operations, pulled diagnostics or notebooks.
// Ours registers none.
module.exports = {};
