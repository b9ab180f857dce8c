package dev.portcullis.ratelimit.observe;

/** The reaction of a limit to an attempt that exceeds it. */
public enum LimitMode {
    /** It refuses the attempt. */
    ENFORCE,
    /** It counts and logs the attempt, and lets it pass: no refusal, no block, no ban. */
    OBSERVE
}
