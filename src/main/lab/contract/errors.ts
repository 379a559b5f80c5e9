/** What a client is told when something fails. Part of the contract of the lab (contract.ts). */
import type { ScenarioIssue } from '../../../engine/scenario/validate.ts';

export type LabErrorKind =
  /** The input is wrong; `issues` says where when it was a scenario. */
  | 'invalid'
  | 'not_found'
  /** The file system or the database refused: full, read-only, newer, damaged. */
  | 'storage'
  /** A defect of the program. */
  | 'internal';

export interface LabErrorData {
  kind: LabErrorKind;
  message: string;
  issues?: ScenarioIssue[];
}
