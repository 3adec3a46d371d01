/** Whether it is `npm run test:faults` that runs, and not `npm test`, which leaves out what takes long and tells little more. */
export const IS_LONG: boolean = process.env.FAULTS === "long";
