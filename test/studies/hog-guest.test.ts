import study from '../../resources/studies/hog-guest.ts';
import { itHoldsAsRecorded } from './support.ts';

itHoldsAsRecorded(study);
