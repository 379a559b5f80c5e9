import study from '../../resources/studies/shrinker-on-off.ts';
import { itHoldsAsRecorded } from './support.ts';

itHoldsAsRecorded(study);
