import study from '../../resources/studies/writeback-fairness.ts';
import { itHoldsAsRecorded } from './support.ts';

itHoldsAsRecorded(study);
