package dev.portcullis.bus;

/**
 * A question to another node. Its deadline travels as what is left of it, since no two nodes have the same clock; it
 * counts from the arrival.
 *
 * @param body the question's own wire form
 */
@SuppressWarnings("ArrayRecordComponent") // on its way only, compared by nobody
record RemoteRequest(long leftMs, byte[] body) {}
