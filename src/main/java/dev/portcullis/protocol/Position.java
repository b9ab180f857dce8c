package dev.portcullis.protocol;

/** A place in a stream. Two positions compare only within one epoch. */
public record Position(String epoch, long seq) {}
