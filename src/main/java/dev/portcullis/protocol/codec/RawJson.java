package dev.portcullis.protocol.codec;

/**
 * A value as it came, under a name whose value the server passes on and does not read.
 *
 * @param wellFormed whether no text in it has an unpaired surrogate
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record RawJson(byte[] utf8, boolean wellFormed) {}
