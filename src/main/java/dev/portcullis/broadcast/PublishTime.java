package dev.portcullis.broadcast;

/**
 * The time for a publication.
 *
 * @param ms the time in which the result is due, even if the publish timeout allows more
 * @param fence until when the entry may be appended, in addition to the publish timeout
 */
public record PublishTime(long ms, PublishFence fence) {}
