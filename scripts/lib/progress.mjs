/**
 * Runs `work` and shows on stderr that it is going on: a line that counts seconds on a terminal,
 * plain lines elsewhere (none with `quiet`).
 */
export async function withProgress(label, work, { quiet = false } = {}) {
  const startedAt = Date.now();
  const seconds = () => `${((Date.now() - startedAt) / 1000).toFixed(0)}s`;
  if (!process.stderr.isTTY) {
    if (quiet) return work();
    process.stderr.write(`${label}...\n`);
    const result = await work();
    process.stderr.write(`${label}: done in ${seconds()}\n`);
    return result;
  }
  const draw = () => process.stderr.write(`\r\x1b[K${label} ${seconds()}`);
  draw();
  const timer = setInterval(draw, 1000);
  try {
    return await work();
  } finally {
    clearInterval(timer);
    process.stderr.write('\r\x1b[K');
  }
}
