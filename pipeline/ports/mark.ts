/** A moment on the platform's own clock; only the platform that gave it can read it. */
export type Mark = string;
