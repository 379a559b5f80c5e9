import study from '../../resources/studies/offload-too-little.ts';
import { itHoldsAsRecorded } from './support.ts';

itHoldsAsRecorded(study);
