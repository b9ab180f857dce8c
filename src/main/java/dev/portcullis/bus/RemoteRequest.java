package dev.portcullis.bus;

/**
 * A question to another node. The deadline travels as the time left, since clocks of nodes differ: a question that
 * arrives with none left is not acted on.
 *
 * @param body the question's own wire form
 */
@SuppressWarnings("ArrayRecordComponent") // in transit only, never compared
record RemoteRequest(long leftMs, byte[] body) {}
