import study from '../../resources/studies/twice-cold.ts';
import { itHoldsAsRecorded } from './support.ts';

itHoldsAsRecorded(study);
