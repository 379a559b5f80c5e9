import study from '../../resources/studies/retier-at-runtime.ts';
import { itHoldsAsRecorded } from './support.ts';

itHoldsAsRecorded(study);
