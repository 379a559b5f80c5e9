import study from '../../resources/studies/descriptor-cost.ts';
import { itHoldsAsRecorded } from './support.ts';

itHoldsAsRecorded(study);
