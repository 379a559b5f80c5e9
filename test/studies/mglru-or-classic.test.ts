import study from '../../resources/studies/mglru-or-classic.ts';
import { itHoldsAsRecorded } from './support.ts';

itHoldsAsRecorded(study);
