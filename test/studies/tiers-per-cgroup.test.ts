import study from '../../resources/studies/tiers-per-cgroup.ts';
import { itHoldsAsRecorded } from './support.ts';

itHoldsAsRecorded(study);
