import study from '../../resources/studies/kernel-build-by-threads.ts';
import { itHoldsAsRecorded } from './support.ts';

itHoldsAsRecorded(study);
