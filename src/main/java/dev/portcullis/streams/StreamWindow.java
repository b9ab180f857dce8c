package dev.portcullis.streams;

/** The part of a stream that the store keeps: the newest entries, up to a number and an age. */
public record StreamWindow(int entries, long ageMs) {}
