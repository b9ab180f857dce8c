package dev.portcullis.audit.chain;

/**
 * Lines that the store knows and the files do not have.
 *
 * @param from the first line that is missing, or is another one
 * @param to the last line that was recorded
 */
public record ChainGap(long from, long to) {}
