/** Studies: what a gallery shows, and how one is run. Part of the contract of the lab (contract.ts). */
import type { StudyOutcome } from '../../../studies/evaluate.ts';
import type { Answer, ChartPlan, Column } from '../../../studies/study.ts';

export interface StartStudy {
  name: string;
  /** Whether its runs are kept in the database, tagged `study:NAME`; the default is false. */
  save?: boolean;
}

export interface StudyRun {
  scenario: string;
  digest: string;
  /** The run, where it was kept. */
  id: number | null;
}

/** What a study came to when it was last run. */
export interface StudyVerdict extends StudyOutcome {
  engineVersion: string;
  /** Milliseconds since 1970. */
  endedAt: number;
  wallMs: number;
  runs: StudyRun[];
}

export interface StudyProgress {
  /** Runs that have ended, and all of them. */
  done: number;
  total: number;
  /** 0 to 1. */
  fraction: number;
}

/** A study as a gallery shows it: everything but the code of its checks. */
export interface StudySummary {
  name: string;
  title: string;
  argument: string;
  source: string;
  method: string;
  scenarios: string[];
  columns: Column[];
  charts: ChartPlan[];
  claims: { statement: string; recorded: Answer; reason: string | null }[];
  /** Null until it has been run to its end; a run that is cancelled leaves the one before. */
  verdict: StudyVerdict | null;
  /** Null unless it is going on. */
  progress: StudyProgress | null;
  /** Why the last attempt came to no verdict; null otherwise. */
  error: string | null;
}
