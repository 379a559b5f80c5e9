import study from '../../resources/studies/fast-device-tax.ts';
import { itHoldsAsRecorded } from './support.ts';

itHoldsAsRecorded(study);
