import study from '../../resources/studies/senpai-or-threshold.ts';
import { itHoldsAsRecorded } from './support.ts';

itHoldsAsRecorded(study);
