import study from '../../resources/studies/fast-and-slow.ts';
import { itHoldsAsRecorded } from './support.ts';

itHoldsAsRecorded(study);
