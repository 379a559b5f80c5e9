import study from '../../resources/studies/pool-size.ts';
import { itHoldsAsRecorded } from './support.ts';

itHoldsAsRecorded(study);
