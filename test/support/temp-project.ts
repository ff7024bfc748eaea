import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { cp, mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createTempFolder } from './temp-servers.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

export interface ScriptResult {
  code: number;
  stdout: string;
  stderr: string;
}

/** A small project with our scripts and these files, for running the scripts for real. */
export async function createTempProject(files: Record<string, string>): Promise<string> {
  const project = await createTempFolder();
  await cp(join(ROOT, 'scripts'), join(project, 'scripts'), { recursive: true });
  for (const [path, content] of Object.entries(files)) await putFile(project, path, content);
  return project;
}

/** The packages of this very checkout, so that nothing need be installed. */
export async function useOurPackages(project: string): Promise<void> {
  for (const file of ['package.json', 'package-lock.json']) {
    await cp(join(ROOT, file), join(project, file));
  }
  await symlink(join(ROOT, 'node_modules'), join(project, 'node_modules'));
}

export async function putFile(project: string, path: string, content: string): Promise<void> {
  await mkdir(dirname(join(project, path)), { recursive: true });
  await writeFile(join(project, path), content);
}

export async function runNode(
  project: string,
  args: string[],
  env: Record<string, string> = {},
): Promise<ScriptResult> {
  return new Promise((resolve) => {
    const options = { cwd: project, env: cleanEnvironment(env) };
    execFile(process.execPath, args, options, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
      resolve({ code, stdout, stderr });
    });
  });
}

export function startNode(project: string, args: string[]): ChildProcess {
  return spawn(process.execPath, args, { cwd: project, env: cleanEnvironment({}) });
}

/** Without what the test run itself was started with. */
function cleanEnvironment(env: Record<string, string>): NodeJS.ProcessEnv {
  const { NODE_OPTIONS: _options, NUMOON_TEST_SUMMARY: _file, ...rest } = process.env;
  return { ...rest, ...env };
}
