import { describeFastSelection } from "./fast-selection.js";

describeFastSelection("redis");
