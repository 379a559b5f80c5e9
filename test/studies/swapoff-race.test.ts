import study from '../../resources/studies/swapoff-race.ts';
import { itHoldsAsRecorded } from './support.ts';

itHoldsAsRecorded(study);
