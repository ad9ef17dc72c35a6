import { describeFastSelection } from "./fast-selection.js";

describeFastSelection("amqp");
