import study from '../../resources/studies/lru-inversion.ts';
import { itHoldsAsRecorded } from './support.ts';

itHoldsAsRecorded(study);
