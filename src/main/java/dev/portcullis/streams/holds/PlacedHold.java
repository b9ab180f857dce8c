package dev.portcullis.streams.holds;

/**
 * A hold that an operator has placed. One that is placed again after it was lifted is another one: what the former has kept goes.
 *
 * @param since the store time at which it was placed, which no other hold of the same has
 * @param by the operator
 */
public record PlacedHold(Hold hold, long since, String by) {}
