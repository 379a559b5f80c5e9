import study from '../../resources/studies/pick-your-poison.ts';
import { itHoldsAsRecorded } from './support.ts';

itHoldsAsRecorded(study);
