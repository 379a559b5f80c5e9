import study from '../../resources/studies/incompressible-region.ts';
import { itHoldsAsRecorded } from './support.ts';

itHoldsAsRecorded(study);
