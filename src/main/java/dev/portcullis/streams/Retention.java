package dev.portcullis.streams;

/** How much of a stream stays: the newest entries, up to a number and an age. */
public record Retention(int entries, long ageMs) {}
