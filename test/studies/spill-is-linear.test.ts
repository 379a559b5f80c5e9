import study from '../../resources/studies/spill-is-linear.ts';
import { itHoldsAsRecorded } from './support.ts';

itHoldsAsRecorded(study);
