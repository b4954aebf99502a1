/** A reason not to start that is told to the person at the terminal in one line, without a stack. */
export class LocalFailure extends Error {}
