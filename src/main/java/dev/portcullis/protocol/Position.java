package dev.portcullis.protocol;

/** A position in a stream. Positions are comparable only within one epoch. */
public record Position(String epoch, long seq) {}
