import type { ConfigInForce } from '../../config/in-force.ts'

/** What showing and changing a policy needs of the configuration in force. */
export interface PolicyDesk extends Pick<ConfigInForce, 'check' | 'ofFile' | 'shownFile' | 'recorded' | 'labelled'> {
  /** This gateway learns what was set until now. */
  refresh(): Promise<void>
}
