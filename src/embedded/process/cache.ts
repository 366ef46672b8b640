import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'

/** The user's cache folder for Palimpsest: what can be fetched again, shared by all homes of the user. */
export function cacheDirectory(
  environment: Readonly<Record<string, string | undefined>>,
  platform: string = process.platform,
  userHome: string = homedir(),
): string {
  const configured = environment.XDG_CACHE_HOME
  // The XDG specification says that a relative path is to be ignored.
  if (configured !== undefined && isAbsolute(configured)) return join(configured, 'palimpsest')
  if (platform === 'darwin') return join(userHome, 'Library', 'Caches', 'palimpsest')
  return join(userHome, '.cache', 'palimpsest')
}
