import study from '../../resources/studies/steady-state-stall.ts';
import { itHoldsAsRecorded } from './support.ts';

itHoldsAsRecorded(study);
