// In place of jsbi, which dbus-next asks only where a Node has no BigInt of its own. None of ours lacks it.
module.exports = {};
